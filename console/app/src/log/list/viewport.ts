/**
 * What part of a list is seen: the arithmetic of scrolling, without a browser.
 *
 * Promises: while following, the end is seen whatever is added; otherwise the row at the top stays where
 * it is, whatever is added, hidden or let go around it. A list taller than a browser can scroll is
 * scrolled in proportion: `scroll` is where the browser's bar stands, `top` what is seen.
 */
import type { Key, Layout } from './layout';

/** The most that is scrolled, in pixels: Firefox ends at about 17.8 million, Chrome at 33. */
export const MOST_SCROLL = 12_000_000;
/** So close to the end counts as at the end, in pixels. */
const SLACK = 4;

/** A row, and how far the top edge of what is seen lies below its own. */
interface Anchor {
  key: Key;
  into: number;
}

export class Viewport {
  /** Of what is seen, in pixels. */
  height = 0;
  /** Where what is seen begins in the list. */
  top = 0;
  following: boolean;
  #layout: Layout;
  #anchor: Anchor | undefined;

  constructor(layout: Layout, following: boolean) {
    this.#layout = layout;
    this.following = following;
  }

  /** The rows as they are now; what is seen stays. */
  place(layout: Layout): void {
    this.#layout = layout;
    if (this.following) this.top = this.#last;
    else if (this.#anchor !== undefined) this.top = this.#limited(this.#anchored(this.#anchor));
    else this.top = this.#limited(this.top);
  }

  /** How tall the browser is told that the list is. */
  get scrollHeight(): number {
    return Math.min(this.#layout.height, MOST_SCROLL);
  }

  /** Where the browser's bar has to stand. */
  get scroll(): number {
    return this.top * this.#scale;
  }

  /** Whether the list is too tall for the browser. */
  get isScaled(): boolean {
    return this.#layout.height > MOST_SCROLL;
  }

  /** The first row that is seen. */
  get firstKey(): Key | undefined {
    return this.#layout.count === 0 ? undefined : this.#layout.key(this.#layout.at(this.top));
  }

  get isAtEnd(): boolean {
    return this.top >= this.#last - SLACK;
  }

  /** Somebody has moved the bar; follows again where that was to the end. */
  scrolled(scroll: number): void {
    const down = scroll > this.scroll;
    this.go(scroll / this.#scale);
    this.following = down && this.isAtEnd;
  }

  /** Shows what begins there. */
  go(top: number): void {
    this.following = false;
    this.top = this.#limited(top);
    const index = this.#layout.at(this.top);
    if (this.#layout.count === 0) this.#anchor = undefined;
    else this.#anchor = { key: this.#layout.key(index), into: this.top - this.#layout.top(index) };
  }

  /** Shows a row in the middle; does not move where it is well seen already. */
  show(key: Key): void {
    const index = this.#layout.find(key);
    const [from, to] = [this.#layout.top(index), this.#layout.top(index + 1)];
    const margin = Math.min(60, this.height / 4);
    const isSeen = from >= this.top + margin && to <= this.top + this.height - margin;
    if (isSeen) {
      if (this.following) this.go(this.top);
      return;
    }
    this.following = false;
    this.#anchor = { key, into: (to - from - this.height) / 2 };
    this.top = this.#limited(this.#anchored(this.#anchor));
  }

  /** Moves as little as it takes to see all of a row, or its beginning where it is too tall. */
  reveal(key: Key): void {
    const index = this.#layout.find(key);
    const [from, to] = [this.#layout.top(index), this.#layout.top(index + 1)];
    this.go(Math.min(from, Math.max(this.top, to - this.height)));
  }

  /** Stays where it is. */
  pause(): void {
    if (this.following) this.go(this.top);
  }

  /** Goes to the end and stays there. */
  follow(): void {
    this.following = true;
    this.top = this.#last;
  }

  get #last(): number {
    return Math.max(0, this.#layout.height - this.height);
  }

  get #scale(): number {
    if (!this.isScaled) return 1;
    return (MOST_SCROLL - this.height) / Math.max(1, this.#last);
  }

  #anchored({ key, into }: Anchor): number {
    return this.#layout.top(this.#layout.find(key)) + into;
  }

  #limited(top: number): number {
    return Math.max(0, Math.min(top, this.#last));
  }
}
