/**
 * How long to wait before the next attempt.
 *
 * Full jitter: anything between (almost) nothing and a ceiling that doubles, so that the clients of a server
 * that was away do not come back in waves.
 */
import type { Clock } from './clock.js';

/** The ceiling of the first pause. */
const BASE_MS = 500;
/** The highest ceiling. */
const CAP_MS = 30_000;
/** The shortest pause, so that chance cannot make a loop of attempts. */
const FLOOR_MS = 50;
/** The ceiling after a server has said that it restarts: another replica is there already. */
const RESTART_MS = 2_000;

/** Counts attempts in a row that came to nothing. */
export class Backoff {
  #attempt = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Attempts in a row that came to nothing. */
  get attempt(): number {
    return this.#attempt;
  }

  /** The pause after an attempt that came to nothing, in milliseconds. */
  next(): number {
    const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    return Math.max(FLOOR_MS, this.#clock.random() * ceiling);
  }

  /** The pause after a restart that was announced, in milliseconds. */
  quick(): number {
    this.#attempt += 1;
    return Math.max(FLOOR_MS, this.#clock.random() * RESTART_MS);
  }

  /** All is well again. */
  reset(): void {
    this.#attempt = 0;
  }
}
