/**
 * Tells the server how far the client has come.
 *
 * A browser reads its socket whether the page keeps up or not. The server sends at most 1 MiB beyond
 * the last acknowledgement, so acknowledging after the work is done bounds what lies in the page.
 */
import { nothing, type Cancel, type Clock } from './clock.js';

/**
 * Characters after which one is sent at once. The server counts bytes, up to three for a character;
 * its 1 MiB leaves room for that.
 */
const EVERY_CHARS = 256 * 1024;
/** The longest that the last events wait for theirs. */
const EVERY_MS = 1_000;

/** The acknowledgements of one connection. */
export class Acks {
  readonly #clock: Clock;
  readonly #send: (seq: number) => void;
  #chars = 0;
  #seq = 0;
  #timer: Cancel | undefined;

  constructor(clock: Clock, send: (seq: number) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Everything up to `seq` has been dealt with; the frame that brought it had `chars` characters. */
  done(seq: number, chars: number): void {
    this.#seq = seq;
    this.#chars += chars;
    if (this.#chars >= EVERY_CHARS) return this.now(seq);
    this.#timer ??= this.#clock.after(EVERY_MS, () => this.now(this.#seq));
  }

  /** Everything up to `seq` has been dealt with; the server is told at once. */
  now(seq: number): void {
    this.stop();
    this.#chars = 0;
    this.#send(seq);
  }

  /** Sends no more. */
  stop(): void {
    (this.#timer ?? nothing)();
    this.#timer = undefined;
  }
}
