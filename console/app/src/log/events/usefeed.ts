/** The events of a job or of the whole session, kept up to date without holding up the page. */
import type { LeoEvent } from '@leo/stream';
import { useEffect, useMemo, useReducer } from 'react';
import type { LiveJob } from '../../session/live/job';
import type { LiveSession } from '../../session/live/session';
import { Feed } from './feed';
import { EventRows } from './layout';

/** For how long the filter works at once, in milliseconds. */
const BUDGET = 8;
/** Lines that are kept as events; more than are on screen. */
const MOST_MADE = 500;

/** An event of a row, and what came of it. */
export interface Shown {
  seq: number;
  event: LeoEvent;
  result: LeoEvent | undefined;
}

/** What `session` tells; of `job` alone where there is one. `types` with commas between them. */
export function useFeed(
  session: LiveSession,
  job: LiveJob | undefined,
  types: string,
  text: string,
): {
  rows: EventRows;
  seen: number;
  isBusy: boolean;
  entry: (index: number) => Shown | undefined;
} {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const rows = useMemo(() => new EventRows(), [session.events, job]);
  const [feed] = useMemo(
    () => [new Feed({ types: new Set(types.split(',')), text: text.toLowerCase() })],
    // Where the stream begins anew, so do the events.
    [session.events, job, types, text],
  );
  if (job !== undefined) feed.add(job);
  else {
    feed.addEvents(session.events);
    for (const one of session.jobs.values()) feed.add(one);
  }
  const started = performance.now();
  const isBusy = feed.advance(() => performance.now() - started > BUDGET);
  rows.seqs = feed.seqs;
  useEffect(() => {
    if (!isBusy) return;
    const timer = setTimeout(again, 0);
    return () => clearTimeout(timer);
  });
  // The same line is the same event, so that its row is not drawn anew with every frame.
  const made = useMemo(() => new Map<number, Shown>(), [feed]);
  const entry = (index: number): Shown | undefined => shown(feed, session, index, made);
  return { rows, seen: feed.seen, isBusy, entry };
}

/** Lines are made events again when they are looked at. */
function shown(
  feed: Feed,
  session: LiveSession,
  index: number,
  made: Map<number, Shown>,
): Shown | undefined {
  const entry = feed.entry(index);
  if (entry === undefined || 'event' in entry) return entry;
  const { seq, job, number } = entry;
  const known = made.get(seq);
  if (known !== undefined) return known;
  const line = job.lines.at(number);
  const timestamp = new Date(line?.at ?? 0).toISOString();
  const log = {
    line: line?.text ?? '(on the server)',
    timestamp,
    stream: line?.stream ?? 'stdout',
    ...(line?.level !== undefined && { level: line.level }),
  };
  const place = { seq, sessionId: session.id, jobId: job.id, timestamp };
  const event: Shown = { seq, event: { type: 'log', ...place, log }, result: undefined };
  if (made.size >= MOST_MADE) made.clear();
  made.set(seq, event);
  return event;
}
