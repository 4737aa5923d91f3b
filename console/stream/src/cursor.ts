/**
 * The place in a stream: what makes every event come once and in order.
 *
 * `seq` starts at 1 and has no gaps. So what begins behind the cursor has been delivered, what begins
 * right after it is news, and anything else means that something is missing.
 */

/** What to do with consecutive events. */
export type Verdict =
  /** Deliver them, without the first `skip`. */
  | { kind: 'news'; skip: number }
  /** All of them have been delivered. */
  | { kind: 'old' }
  /** Deliver none: something before them is missing. */
  | { kind: 'gap' };

/** Outlives connections. */
export class Cursor {
  #position: number;

  /** `position`: the last `seq` that has been delivered, 0 for none. */
  constructor(position: number) {
    this.#position = position;
  }

  /** The last `seq` that has been delivered. */
  get position(): number {
    return this.#position;
  }

  /** Judges `count` events from `first` on, and moves past them if they are to be delivered. */
  accept(first: number, count: number): Verdict {
    const last = first + count - 1;
    if (last <= this.#position) return { kind: 'old' };
    if (first > this.#position + 1) return { kind: 'gap' };
    const skip = this.#position + 1 - first;
    this.#position = last;
    return { kind: 'news', skip };
  }

  /** Back to the beginning. */
  reset(): void {
    this.#position = 0;
  }
}
