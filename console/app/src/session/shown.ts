/**
 * The jobs of the page's session, from the stream and from the server's list together, and the one of
 * them that is shown.
 *
 * The stream knows more of a job and knows it earlier; the list knows jobs without events, which a fork
 * has brought along, and which have ended before a long stream has come that far. To be used below
 * `SessionContext`.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { JobStatus } from '@leo/stream';
import { useEffect } from 'react';
import type { Job } from '../api/client';
import { jobs as jobsQuery } from '../api/queries';
import type { LiveJob } from './live/job';
import { useQuietSession, useSettled } from './live/open';
import type { LiveSession } from './live/session';

/** A job of the session. */
export interface SessionJob {
  id: string;
  /** From 1, in the order in which they were submitted. */
  number: number;
  prompt: string;
  status: JobStatus;
  /** RFC 3339. */
  createdAt: string | undefined;
  /** As the stream tells it; undefined where it tells nothing (yet). */
  live: LiveJob | undefined;
  /** As of the last look at the server's list. */
  rest: Job | undefined;
}

/** Whether a job is over. */
export function hasEnded(status: JobStatus): boolean {
  return status !== 'queued' && status !== 'generating';
}

/** Puts the two together, the first job first. An end is final, whoever knows of it. */
export function mergeJobs(
  live: Iterable<LiveJob>,
  rest: readonly Job[],
): Omit<SessionJob, 'number'>[] {
  const found = new Map<string, Omit<SessionJob, 'number'>>();
  const listed = new Map(rest.map((job) => [job.id, job]));
  for (const job of live) found.set(job.id, one(job, listed.get(job.id)));
  for (const job of rest) if (!found.has(job.id)) found.set(job.id, one(undefined, job));
  return [...found.values()].sort((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? ''));
}

function one(live: LiveJob | undefined, rest: Job | undefined): Omit<SessionJob, 'number'> {
  return {
    id: live?.id ?? rest?.id ?? '',
    prompt: live?.prompt || rest?.prompt || '',
    status: statusOf(live, rest),
    createdAt: rest?.createdAt ?? live?.queuedAt ?? live?.snapshot?.createdAt,
    live,
    rest,
  };
}

function statusOf(live: LiveJob | undefined, rest: Job | undefined): JobStatus {
  if (live?.ended === true) return live.status;
  if (rest !== undefined && hasEnded(rest.status)) return rest.status;
  return live?.status ?? rest?.status ?? 'queued';
}

/** All jobs of the session, the first one first. Undefined until anything is known. */
export function useSessionJobs(): readonly SessionJob[] | undefined {
  const session = useQuietSession();
  const list = useQuery(jobsQuery(session.id));
  const settled = useSettled(session);
  useFresh(session, settled);
  // A long stream tells at first of jobs that run and have ended since; the list is here long before.
  const unknown = list.isPending || (list.data === undefined && session.jobs.size === 0);
  if (unknown && !settled) return undefined;
  return mergeJobs(session.jobs.values(), list.data?.items ?? []).map((job, index) => ({
    ...job,
    number: index + 1,
  }));
}

/** Looks at the server's list again when the stream tells of a job more, or of an end. */
function useFresh(session: LiveSession, settled: boolean): void {
  const client = useQueryClient();
  const known = `${session.jobs.size} ${[...session.jobs.values()].filter((job) => job.ended).length}`;
  useEffect(() => {
    if (!settled) return;
    void client.invalidateQueries({ queryKey: ['session', session.id] });
  }, [client, session, known, settled]);
}

/** What is shown of the session. */
export interface Shown {
  /** All jobs, the first one first. Undefined until anything is known. */
  all: readonly SessionJob[] | undefined;
  /** The one that is shown: that of the address, else the latest. */
  job: SessionJob | undefined;
  /** Whether the address names it; if it does not, what is shown changes with a new job. */
  pinned: boolean;
  /** The address names a job that is not in this session. */
  missing: boolean;
}

/** Which job is shown. Does not watch the job itself: `useWatched(shown.job?.live)` does. */
export function useShown(): Shown {
  const all = useSessionJobs();
  const { job: wanted } = useSearch({ from: '/inside/sessions/$sessionId' });
  const job = wanted === undefined ? all?.at(-1) : all?.find(({ id }) => id === wanted);
  return {
    all,
    job,
    pinned: wanted !== undefined,
    missing: wanted !== undefined && all !== undefined && job === undefined,
  };
}
