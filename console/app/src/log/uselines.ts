/** The lines of a job: those of the stream, and those before them once they have been fetched. */
import { useEffect, useState } from 'react';
import type { LiveJob } from '../session/live/job';
import { useWatched } from '../session/live/signal';
import { Joined, type LogSource } from './rows/source';
import { StoredLines } from './stored';

/** What there is, and how to get the rest. */
export interface LogLines {
  source: LogSource;
  /** What is being fetched, or was. */
  stored: StoredLines | undefined;
  /** Fetches the lines that the stream has let go of. */
  load: () => void;
}

export function useLines(job: LiveJob): LogLines {
  const [stored, setStored] = useState<StoredLines>();
  useWatched(stored);
  useEffect(() => () => stored?.stop(), [stored]);
  const [joined, setJoined] = useState<Joined>();
  const isDone = stored?.state === 'done';
  if (isDone && joined?.head !== stored.lines) setJoined(new Joined(stored.lines, job.lines));
  const load = (): void => {
    if (stored?.state === 'loading') return;
    setStored(new StoredLines(job.id, job.lines.first - 1));
  };
  return { source: isDone && joined?.isWhole === true ? joined : job.lines, stored, load };
}
