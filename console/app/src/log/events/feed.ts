/**
 * The events that are shown, of one job or of all: those that the filter lets through, in the order of
 * the stream.
 *
 * Events and lines are kept apart elsewhere, because there are so many lines; here they are put together
 * again. That is done a bit at a time, so that a filter over a million of them does not hold up the page.
 */
import type { LeoEvent } from '@leo/stream';
import type { Events, LiveJob } from '../../session/live/job';
import { groupOf, type Group } from './kinds';

/** What is let through. */
export interface Filter {
  /** Groups, and types by name. */
  types: ReadonlySet<string>;
  /** In small letters. */
  text: string;
}

/** One row: an event, or a line of a job. */
export type Entry =
  | { seq: number; event: LeoEvent; result: LeoEvent | undefined }
  | { seq: number; job: LiveJob; number: number };

/** Items that are looked at between two looks at the clock. */
const STEP = 512;

interface Source {
  /** Items it has in all, with those that are gone. */
  end(): number;
  /** The place of the item at `cursor` in the stream; undefined where it is gone. */
  seq(cursor: number): number | undefined;
  take(cursor: number, seq: number): void;
  cursor: number;
}

export class Feed {
  /** In the order of the stream. */
  readonly seqs: number[] = [];
  /** Items that were looked at. */
  seen = 0;
  readonly #what: (LeoEvent | LiveJob)[] = [];
  readonly #lines: number[] = [];
  readonly #results = new Map<string, LeoEvent>();
  readonly #shownUses = new Set<string>();
  readonly #sources: Source[] = [];
  readonly #known = new Set<LiveJob | Events>();

  constructor(readonly filter: Filter) {}

  /** Looks at what these have, too. */
  add(job: LiveJob): void {
    if (this.#known.has(job)) return;
    this.#known.add(job);
    this.addEvents(job.events);
    if (this.#wants('log', 'log')) this.#sources.push(this.#linesOf(job));
  }

  /** Looks at these events, too. */
  addEvents(events: Events): void {
    if (this.#known.has(events)) return;
    this.#known.add(events);
    const source: Source = {
      cursor: 0,
      end: () => events.gone + events.all.length,
      seq: (cursor) => events.all[cursor - events.gone]?.seq,
      take: (cursor) => {
        const event = events.all[cursor - events.gone];
        if (event !== undefined) this.#event(event);
      },
    };
    this.#sources.push(source);
  }

  #linesOf(job: LiveJob): Source {
    const { lines } = job;
    return {
      cursor: 0,
      end: () => lines.count,
      seq: (cursor) => lines.at(cursor + 1)?.seq,
      take: (cursor, seq) => {
        const text = lines.text(cursor + 1);
        const { text: sought } = this.filter;
        if (sought === '' || text.toLowerCase().includes(sought)) this.#push(seq, job, cursor + 1);
      },
    };
  }

  /** Looks at what is new, for so long; returns whether there is more. */
  advance(until: () => boolean): boolean {
    for (;;) {
      for (let step = 0; step < STEP; step += 1) if (!this.#next()) return false;
      if (until()) return true;
    }
  }

  /** Takes the item that is next in the stream. */
  #next(): boolean {
    let [first, least]: [Source | undefined, number] = [undefined, Infinity];
    for (const source of this.#sources) {
      while (source.cursor < source.end()) {
        const seq = source.seq(source.cursor);
        if (seq !== undefined) {
          if (seq < least) [first, least] = [source, seq];
          break;
        }
        source.cursor += 1;
      }
    }
    if (first === undefined) return false;
    first.take(first.cursor, least);
    first.cursor += 1;
    this.seen += 1;
    return true;
  }

  #event(event: LeoEvent): void {
    const isWanted = this.#wants(groupOf(event.type), event.type) && this.#matches(event);
    if (event.type === 'tool_use' && isWanted) this.#shownUses.add(keyOf(event.jobId, event.id));
    if (event.type === 'tool_result') {
      const key = keyOf(event.jobId, event.toolUseId);
      this.#results.set(key, event);
      // It stands in the row of what it is the result of.
      if (this.#shownUses.has(key)) return;
    }
    if (isWanted) this.#push(event.seq, event, 0);
  }

  #push(seq: number, what: LeoEvent | LiveJob, line: number): void {
    this.seqs.push(seq);
    this.#what.push(what);
    this.#lines.push(line);
  }

  #wants(group: Group, type: string): boolean {
    return this.filter.types.has(group) || this.filter.types.has(type);
  }

  #matches(event: LeoEvent): boolean {
    const { text } = this.filter;
    return text === '' || JSON.stringify(event).toLowerCase().includes(text);
  }

  /** The row at an index. */
  entry(index: number): Entry | undefined {
    const [seq, what] = [this.seqs[index], this.#what[index]];
    if (seq === undefined || what === undefined) return undefined;
    if (!('type' in what)) return { seq, job: what, number: this.#lines[index] ?? 0 };
    const result =
      what.type === 'tool_use' ? this.#results.get(keyOf(what.jobId, what.id)) : undefined;
    return { seq, event: what, result };
  }
}

function keyOf(jobId: string | undefined, use: string): string {
  return `${jobId ?? ''} ${use}`;
}
