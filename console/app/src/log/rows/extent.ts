/** How many rows of text the lines of a log take, so that a place in it is found without asking them all. */

/** Lines summed up together. */
const BLOCK = 512;

/** Rows of text before a line, and the way back. Positions grow by one from line to line. */
export interface Extent {
  /** Rows of text before that position, from some fixed origin on. */
  before(position: number): number;
  /** The position whose line holds that row of text; not below `from`, below `to`. */
  at(row: number, from: number, to: number): number;
  /** A line's true number of rows; returns whether it was thought to be another. */
  learn(position: number, rows: number): boolean;
}

/** Each line is one row. */
export const FLAT: Extent = {
  before: (position) => position,
  at: (row, from, to) => Math.max(from, Math.min(Math.floor(row), to - 1)),
  learn: () => false,
};

/**
 * Long lines take several rows.
 *
 * `guess` is asked for each line once in a while, so it has to be quick. Lines are summed up when they are
 * first looked behind; from then on they do not change, except by `learn`.
 */
export class Wrapped implements Extent {
  /** Rows before each block; the first is at `#origin`. */
  #sums: number[] = [0];
  readonly #origin: number;
  readonly #learnt = new Map<number, number>();

  constructor(
    from: number,
    readonly guess: (position: number) => number,
  ) {
    this.#origin = from;
  }

  before(position: number): number {
    const block = Math.max(0, Math.floor((position - this.#origin) / BLOCK));
    let rows = this.#sum(block);
    for (let at = this.#origin + block * BLOCK; at < position; at += 1) rows += this.#rows(at);
    return rows;
  }

  at(row: number, from: number, to: number): number {
    this.#sum(Math.max(0, Math.floor((to - 1 - this.#origin) / BLOCK)));
    let [low, high] = [0, this.#sums.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#sums[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    let position = this.#origin + low * BLOCK;
    let rows = this.#sums[low] ?? 0;
    while (position < to - 1) {
      rows += this.#rows(position);
      if (rows > row) break;
      position += 1;
    }
    return Math.max(from, Math.min(position, to - 1));
  }

  learn(position: number, rows: number): boolean {
    const thought = this.#rows(position);
    if (rows === thought) return false;
    this.#learnt.set(position, rows);
    const block = Math.floor((position - this.#origin) / BLOCK);
    for (let at = block + 1; at < this.#sums.length; at += 1) {
      this.#sums[at] = (this.#sums[at] ?? 0) + rows - thought;
    }
    return true;
  }

  #rows(position: number): number {
    return this.#learnt.get(position) ?? this.guess(position);
  }

  /** Rows before a block; all before it are complete. */
  #sum(block: number): number {
    while (this.#sums.length <= block) {
      const last = this.#sums.length - 1;
      let rows = this.#sums[last] ?? 0;
      const from = this.#origin + last * BLOCK;
      for (let at = from; at < from + BLOCK; at += 1) rows += this.#rows(at);
      this.#sums.push(rows);
    }
    return this.#sums[block] ?? 0;
  }
}
