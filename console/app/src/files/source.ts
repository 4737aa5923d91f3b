/**
 * Where the files of a job come from at the moment: the stream while it runs, the server after its end.
 */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError, type Job } from '../api/client';
import { Files } from '../session/live/files';
import { useSession, useStreamState } from '../session/live/open';
import { useSignal } from '../session/live/signal';
import { useSessionRow } from './current';
import { atTheEnd, whileRunning, type Entry } from './entries';
import { diff, fileList, jobOf } from './queries';

/** The files of a job, and what there is to say about them. */
export interface Source {
  jobId: string;
  prompt: string;
  status: Job['status'];
  entries: readonly Entry[];
  /** The stream tells them as they are written. */
  running: boolean;
  /** More is to come before anything can be said. */
  pending: boolean;
  /** The job ended before its app was complete. */
  partial: boolean;
  /** Why the server's list is not there, after the end. */
  error: ApiError | Error | undefined;
  retry: () => void;
  /** What is being written, or was last. */
  latest: string | undefined;
}

/** Nothing, for jobs of which the stream does not tell. */
const NONE = new Files();

/** The job that is asked for; else the latest; else the one whose files the session began with. */
export function useShownJob(asked: string | undefined): string | undefined {
  const session = useSession();
  const row = useSessionRow();
  return asked ?? session.latest?.id ?? row?.currentJob ?? undefined;
}

/** The files of that job. */
export function useSource(jobId: string): Source {
  const session = useSession();
  const live = session.jobs.get(jobId);
  const files = useSignal(live?.files ?? NONE);
  const row = useQuery({ ...jobOf(jobId), enabled: live === undefined });
  const status = live?.status ?? row.data?.status;
  const running = status === 'queued' || status === 'generating';
  const replaying = useStreamState(session).kind !== 'connected' && live !== undefined;
  const ended = status !== undefined && !running && !replaying;

  const list = useQuery({ ...fileList(jobId), enabled: ended });
  const base = useBase(jobId, running);
  const changes = useQuery({ ...diff(jobId, undefined), enabled: ended && session.jobs.size > 1 });

  const entries = useMemo(
    () =>
      list.data === undefined
        ? whileRunning(files.all.values(), base)
        : atTheEnd({ jobId, files: list.data.files }, files.all, changes.data?.changes ?? []),
    // The files are the same object all the time: their revision says that they have changed.
    [list.data, base, jobId, files, files.revision(), changes.data],
  );
  return {
    jobId,
    prompt: live?.prompt ?? row.data?.prompt ?? '',
    status: status ?? 'queued',
    entries,
    running,
    pending: list.isFetching && list.data === undefined && entries.length === 0,
    partial: list.data?.partial ?? false,
    error: list.error ?? row.error ?? undefined,
    retry: () => void list.refetch(),
    latest: files.latest,
  };
}

/** What a running job began with: the session's current version. */
function useBase(jobId: string, running: boolean) {
  const current = useSessionRow()?.currentJob ?? undefined;
  const before = current === jobId ? undefined : current;
  const list = useQuery({ ...fileList(before ?? ''), enabled: running && before !== undefined });
  return useMemo(
    () =>
      before === undefined || list.data === undefined
        ? undefined
        : { jobId: before, files: list.data.files },
    [before, list.data],
  );
}
