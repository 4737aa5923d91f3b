import { expect, test } from 'vitest';
import { LiveJob, type LivePhase } from '../live/job';
import { answersOf } from './conversation';
import { usageOf } from './facts';
import { progressOf } from './progress';
import { explain } from './reasons';
import { filesOf } from './timeline';

function phase(number: number, state: LivePhase['state'], isLast = false): LivePhase {
  const planned = [{ path: `${number}.js`, purpose: 'p' }];
  const times = { startedAt: 't', endedAt: undefined, firstSeq: 1 };
  return { number, state, name: 'n', description: 'd', planned, isLast, ...times };
}

test('progress counts features where there are some', () => {
  const job = new LiveJob('j');
  expect(progressOf(job, 10)).toBeUndefined();
  job.phases = [phase(1, 'done'), phase(2, 'implementing')];
  expect(progressOf(job, 10)).toMatchObject({ done: 1, of: 10 });
  job.phases = [phase(1, 'done'), phase(2, 'implementing', true)];
  expect(progressOf(job, 10)).toMatchObject({ done: 1, of: 2 });
  job.progress = { passing: 3, total: 7 };
  expect(progressOf(job, 10)).toMatchObject({ done: 3, of: 7, words: '3 of 7 features pass' });
});

test('a phase shows its planned files and those beside the plan', () => {
  const job = new LiveJob('j');
  const one = phase(1, 'done');
  job.files.start(1, 'extra.js', 1);
  job.files.start(2, 'later.js', 2);
  expect(filesOf(one, job).map(({ path, file }) => [path, file?.state])).toEqual([
    ['1.js', undefined],
    ['extra.js', 'writing'],
  ]);
  job.files.end(3, { path: '1.js', size: 1, sha256: 'x' }, 2);
  expect(filesOf(one, job)[0]?.file?.state).toBe('done');
});

test('a file of an earlier phase is planned until this one writes it', () => {
  const job = new LiveJob('j');
  job.files.end(1, { path: '2.js', size: 1, sha256: 'x' }, 1);
  expect(filesOf(phase(2, 'implementing'), job)[0]?.file).toBeUndefined();
});

test('every failure is explained, that of a newer server too', () => {
  expect(explain('out_of_memory').title).toContain('memory');
  expect(explain('of the future').title).toBe('It failed');
  expect(explain('toString').title).toBe('It failed');
});

test('usage is read where it is one', () => {
  expect(usageOf({ promptTokens: 1, completionTokens: 2, costUsd: 0.5 })).toEqual({
    promptTokens: 1,
    completionTokens: 2,
    costUsd: 0.5,
  });
  expect(usageOf(null)).toBeUndefined();
  expect(usageOf({ promptTokens: 'many' })).toBeUndefined();
});

test('answers belong to their jobs', () => {
  const message = (role: 'user' | 'assistant', jobId: string, content: string) => ({
    role,
    jobId,
    content,
    timestamp: 't',
  });
  const answers = answersOf([
    message('user', 'a', 'q'),
    message('assistant', 'a', 'one'),
    message('assistant', 'a', 'two'),
    message('assistant', 'b', ''),
  ]);
  expect([...answers]).toEqual([['a', ['one', 'two']]]);
});
