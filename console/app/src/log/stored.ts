/** Lines that the stream has let go of, fetched from the server once more: with progress, and to be stopped. */
import { Lines } from '../session/live/lines';
import { Signal } from '../session/live/signal';
import { words } from '../ui/notice';
import { isAborted } from './aborted';
import { fetchLines } from './requests';

/** Lines that are fetched at most; a longer log can be downloaded. */
const MOST = 1_000_000;

export class StoredLines extends Signal {
  readonly lines = new Lines();
  state: 'loading' | 'done' | 'stopped' | 'failed' = 'loading';
  problem: string | undefined;
  /** Lines that are to be fetched. */
  readonly wanted: number;
  readonly #abort = new AbortController();

  /** Fetches the lines of a job up to that number. */
  constructor(jobId: string, upTo: number, load: typeof fetchLines = fetchLines) {
    super();
    this.wanted = Math.min(upTo, MOST);
    load(jobId, this.lines, this.wanted, this.#abort.signal, () => this.touch()).then(
      () => this.#end('done'),
      (error: unknown) => {
        this.problem = words(error);
        this.#end(isAborted(error) || this.#abort.signal.aborted ? 'stopped' : 'failed');
      },
    );
  }

  /** Stops fetching. */
  stop(): void {
    this.#abort.abort();
  }

  #end(state: StoredLines['state']): void {
    this.state = state;
    this.touch();
  }
}
