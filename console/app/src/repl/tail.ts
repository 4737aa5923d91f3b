/**
 * What a job has to say, from some place on: its lines and its events, in their order.
 *
 * Promise: one look gives at most {@link MOST} lines, however many there are; those that are left out are
 * the oldest, and are counted.
 */
import type { LiveJob } from '../session/live/job';
import { colours } from './sanitize';
import { paint, say } from './say';

/** Lines of one look. */
export const MOST = 1_000;

export class Tail {
  readonly job: LiveJob;
  /** The number of the next line. */
  #line = 1;
  /** The place of the next event among all of the job. */
  #event = 0;

  constructor(job: LiveJob) {
    this.job = job;
  }

  /** What is there that was not given before. */
  next(): string[] {
    const { lines, events } = this.job;
    const skipped = this.#skip();
    const out = skipped > 0 ? [missing(skipped)] : [];
    while (this.#line <= lines.count || this.#event < events.gone + events.all.length) {
      const event = events.all[this.#event - events.gone];
      const line = this.#line <= lines.count ? lines.at(this.#line) : undefined;
      if (line !== undefined && (event === undefined || line.seq < event.seq)) {
        out.push(line.stream === 'system' ? paint('soft', colours(line.text)) : colours(line.text));
        this.#line += 1;
      } else {
        const said = event === undefined ? undefined : say(event);
        if (said !== undefined) out.push(said);
        if (event === undefined) this.#line += 1;
        else this.#event += 1;
      }
    }
    return out;
  }

  /** Goes on where the last lines begin; how many lines that leaves out. */
  #skip(): number {
    const { lines, events } = this.job;
    const from = Math.max(this.#line, lines.first, lines.count - MOST + 1);
    const skipped = from - this.#line;
    this.#line = from;
    this.#event = Math.max(this.#event, events.gone, events.gone + events.all.length - MOST);
    return skipped;
  }
}

function missing(count: number): string {
  const lines = count === 1 ? '1 earlier line' : `${count.toLocaleString('en')} earlier lines`;
  return paint('soft', `… ${lines}: see the log`);
}
