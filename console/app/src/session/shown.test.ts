import { expect, test } from 'vitest';
import type { Job } from '../api/client';
import { LiveJob } from './live/job';
import { mergeJobs } from './shown';

function live(id: string, at: string, status: LiveJob['status']): LiveJob {
  const job = new LiveJob(id);
  Object.assign(job, { queuedAt: at, status, prompt: `live ${id}` });
  return job;
}

function listed(id: string, createdAt: string, status: Job['status']): Job {
  const rest = {
    attempt: 1,
    maxIterations: 10,
    mode: 'autonomous',
    prompt: `listed ${id}`,
  } as const;
  return { id, sessionId: 's', createdAt, status, ...rest };
}

test('jobs of both are in the order in which they were submitted', () => {
  const jobs = mergeJobs(
    [live('b', '2026-01-02', 'generating')],
    [
      listed('c', '2026-01-03', 'queued'),
      listed('b', '2026-01-02', 'queued'),
      listed('a', '2026-01-01', 'completed'),
    ],
  );
  expect(jobs.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(jobs.map(({ live }) => live?.id)).toEqual([undefined, 'b', undefined]);
});

test('what the stream says of a job that runs counts', () => {
  const [job] = mergeJobs(
    [live('a', '2026-01-01', 'generating')],
    [listed('a', '2026-01-01', 'queued')],
  );
  expect(job?.status).toBe('generating');
  expect(job?.prompt).toBe('live a');
});

test('an end is final, whoever knows of it', () => {
  const replaying = mergeJobs([live('a', '1', 'generating')], [listed('a', '1', 'failed')]);
  expect(replaying[0]?.status).toBe('failed');
  const stale = mergeJobs([live('a', '1', 'completed')], [listed('a', '1', 'generating')]);
  expect(stale[0]?.status).toBe('completed');
});
