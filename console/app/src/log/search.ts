/**
 * A search of a job's whole log: how many lines match, and which.
 *
 * Promises: the count is the server's and true as of `searched` lines; while the job prints, the server is
 * asked again, no more than once in a while, and hits are only ever added. Errors are kept in words.
 */
import { ApiError } from '../api/client';
import { isAborted } from './aborted';
import { words } from '../ui/notice';
import { Signal } from '../session/live/signal';
import type { Ask } from './requests';

/** Hits that are kept; those behind them are counted only. */
const MOST_KEPT = 200_000;
/** Between two requests for what is new, in milliseconds; a search reads the whole log. */
const PAUSE = 1_000;

export class LogSearch extends Signal {
  /** The numbers of the lines that match, in order. */
  readonly hits: number[] = [];
  /** Lines that match. */
  total = 0;
  /** Lines of the log that this is about. */
  searched = 0;
  state: 'asking' | 'done' | 'failed' = 'asking';
  /** What went wrong, for people. */
  problem: string | undefined;
  /** Behind this line nothing is listed yet. */
  #listed = 0;
  /** Lines that there are now. */
  #lines = 0;
  #busy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #abort = new AbortController();

  constructor(
    readonly ask: Ask,
    readonly pause = PAUSE,
  ) {
    super();
  }

  /** Whether every hit is listed. */
  get isComplete(): boolean {
    return this.hits.length >= this.total;
  }

  /** Whether all hits up to that line are listed, or as many as are kept. */
  isListedTo(line: number): boolean {
    return this.#listed >= line || this.hits.length >= MOST_KEPT || this.state === 'failed';
  }

  /** Searches, if it is not about so many lines already. */
  lines(count: number): void {
    this.#lines = count;
    if (this.state === 'failed' || this.#busy || this.#timer !== undefined) return;
    if (this.searched === 0 && this.state === 'asking') void this.#search();
    else if (count > this.searched) this.#later();
  }

  /** The index of the first hit at or behind a line; `hits.length` where there is none. */
  from(line: number): number {
    let [low, high] = [0, this.hits.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.hits[middle] ?? 0) < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether a line matches. */
  has(line: number): boolean {
    return this.hits[this.from(line)] === line;
  }

  /** Stops asking. */
  close(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  #later(pause = this.pause): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#search();
    }, pause);
  }

  /** Says what went wrong; asks again where that may go by. */
  #failed(error: unknown): void {
    this.problem = words(error);
    if (mayGoBy(error)) this.#later(this.pause * 5);
    else this.state = 'failed';
    this.touch();
  }

  async #search(): Promise<void> {
    this.#busy = true;
    try {
      let more = true;
      while (more) {
        const answer = await this.ask(this.#listed, this.#abort.signal);
        if (this.#abort.signal.aborted) return;
        for (const { line } of answer.hits) if (this.hits.length < MOST_KEPT) this.hits.push(line);
        this.total = answer.total;
        this.searched = answer.lines;
        more = answer.truncated && this.hits.length < MOST_KEPT;
        this.#listed = answer.truncated ? (answer.hits.at(-1)?.line ?? answer.lines) : answer.lines;
        this.state = 'done';
        this.problem = undefined;
        this.touch();
      }
    } catch (error) {
      if (this.#abort.signal.aborted || isAborted(error)) return;
      this.#failed(error);
    } finally {
      this.#busy = false;
    }
    // A log without lines was searched as well; the next line is news.
    const isWaiting = this.#timer !== undefined;
    if (this.state === 'done' && !isWaiting && this.#lines > this.searched) this.#later();
  }
}

/** Whether the same question may be answered later. */
function mayGoBy(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 0 || error.status === 429 || error.status >= 500;
}
