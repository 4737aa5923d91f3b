/**
 * How slow a connection may be before it counts as dead.
 *
 * A page sees a frame only when all of it has arrived, and the largest takes more than half a minute
 * on a bad line. A client that always gave up before the end would ask for the same frame for ever.
 * So every connection that is given up doubles what the next one is allowed, until a line has shown
 * that it is quick.
 */

/** The most that is ever allowed, in terms of what is allowed at first. */
const MAX_FACTOR = 16;

/** Outlives connections. */
export class Patience {
  #factor = 1;

  /** What to multiply a time limit with. */
  get factor(): number {
    return this.#factor;
  }

  /** A connection was given up for its silence. */
  grow(): void {
    this.#factor = Math.min(MAX_FACTOR, this.#factor * 2);
  }

  /** A question was answered quickly. */
  reset(): void {
    this.#factor = 1;
  }
}
