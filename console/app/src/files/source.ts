/**
 * Where the files of a job come from at the moment: the stream while it runs, the server after its end.
 */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Files } from '../session/live/files';
import { useSignal } from '../session/live/signal';
import { hasEnded, type SessionJob } from '../session/shown';
import { useCurrentJob } from './current';
import { atTheEnd, whileRunning, type Entry } from './entries';
import { diff, fileList } from './queries';

/** The files of a job, and what there is to say about them. */
export interface Source {
  job: SessionJob;
  entries: readonly Entry[];
  /** The stream tells them as they are written. */
  running: boolean;
  /** More is to come before anything can be said. */
  pending: boolean;
  /** The job ended before its app was complete. */
  partial: boolean;
  /** Why the server's list is not there, after the end. */
  error: Error | undefined;
  retry: () => void;
  /** What is being written, or was last. */
  latest: string | undefined;
}

/** Nothing, for jobs of which the stream does not tell. */
const NONE = new Files();

/** The files of a job; `first`: there is no other before it in its session. */
export function useSource(job: SessionJob, first: boolean): Source {
  const { id, live, status } = job;
  const files = useSignal(live?.files ?? NONE);
  const ended = hasEnded(status);
  const list = useQuery({ ...fileList(id), enabled: ended });
  const base = useBase(id, !ended);
  const changes = useQuery({ ...diff(id, undefined), enabled: ended && !first });

  const entries = useMemo(
    () =>
      list.data === undefined
        ? whileRunning(files.all.values(), base)
        : atTheEnd({ jobId: id, files: list.data.files }, files.all, changes.data?.changes ?? []),
    // The files are the same object all the time: their revision says that they have changed.
    [list.data, base, id, files, files.revision(), changes.data],
  );
  return {
    job,
    entries,
    running: !ended,
    pending: list.isFetching && list.data === undefined && entries.length === 0,
    partial: list.data?.partial ?? false,
    error: list.error ?? undefined,
    retry: () => void list.refetch(),
    latest: files.latest,
  };
}

/** What a running job began with: the session's current version. */
function useBase(jobId: string, running: boolean) {
  const current = useCurrentJob();
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
