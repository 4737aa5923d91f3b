/** Events as rows of one height, but for the few that are open. */
import type { Key, Layout } from '../list/layout';

/** The height of a row that is not open, in pixels; that of `events.module.css`. */
export const ROW = 30;

export class EventRows implements Layout {
  /** Places in the stream, growing; set by the owner. */
  seqs: readonly number[] = [];
  /** By `seq`, in order: what open rows are taller than the others. */
  readonly #extra = new Map<number, number>();

  get count(): number {
    return this.seqs.length;
  }

  get height(): number {
    return this.top(this.count);
  }

  isOpen(seq: number): boolean {
    return this.#extra.has(seq);
  }

  /** Opens a row or closes it. */
  toggle(seq: number): void {
    if (!this.#extra.delete(seq)) this.#extra.set(seq, 0);
  }

  top(index: number): number {
    const seq = this.seqs[index] ?? Infinity;
    let top = Math.min(index, this.count) * ROW;
    for (const [open, extra] of this.#extra) {
      if (open < seq && this.seqs[this.find(open)] === open) top += extra;
    }
    return top;
  }

  at(y: number): number {
    let [low, high] = [0, Math.max(0, this.count - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.top(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  key(index: number): Key {
    return this.seqs[index] ?? 0;
  }

  find(key: Key): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.seqs[middle] ?? 0) < Number(key)) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, Math.max(0, this.count - 1));
  }

  learn(index: number, height: number): boolean {
    const seq = this.seqs[index] ?? 0;
    const known = this.#extra.get(seq);
    if (known === undefined || known === height - ROW) return false;
    this.#extra.set(seq, height - ROW);
    return true;
  }
}
