import { describe, expect, it } from 'vitest';
import type { Key, Layout } from './layout';
import { MOST_SCROLL, Viewport } from './viewport';

/** Rows of 20 pixels, numbered from `first`. */
class Fixed implements Layout {
  constructor(
    readonly first: number,
    readonly count: number,
  ) {}
  get height(): number {
    return this.count * 20;
  }
  top(index: number): number {
    return Math.min(index, this.count) * 20;
  }
  at(y: number): number {
    return Math.max(0, Math.min(Math.floor(y / 20), this.count - 1));
  }
  key(index: number): Key {
    return this.first + index;
  }
  find(key: Key): number {
    return Math.max(0, Math.min(Number(key) - this.first, this.count - 1));
  }
  learn(): boolean {
    return false;
  }
}

function viewport(count: number, following: boolean): Viewport {
  const made = new Viewport(new Fixed(1, count), following);
  made.height = 200;
  made.place(new Fixed(1, count));
  return made;
}

describe('what is seen of a list', () => {
  it('is its end while it is followed', () => {
    const seen = viewport(100, true);
    expect(seen.top).toBe(1_800);
    seen.place(new Fixed(1, 200));
    expect(seen.top).toBe(3_800);
  });

  it('stays when somebody has scrolled up, whatever is added', () => {
    const seen = viewport(100, true);
    seen.scrolled(1_700);
    expect(seen.following).toBe(false);
    seen.place(new Fixed(1, 5_000));
    expect(seen.top).toBe(1_700);
  });

  it('stays when rows above it are let go', () => {
    const seen = viewport(1_000, true);
    seen.scrolled(10_007);
    seen.place(new Fixed(401, 700));
    expect(seen.top).toBe(10_007 - 400 * 20);
    expect(seen.firstKey).toBe(501);
    // What was seen is gone: the nearest that is left.
    seen.place(new Fixed(801, 700));
    expect(seen.firstKey).toBe(801);
  });

  it('is followed again once somebody has scrolled to the end', () => {
    const seen = viewport(100, true);
    seen.scrolled(1_000);
    seen.scrolled(1_799);
    expect(seen.following).toBe(true);
  });

  it('shows a row in the middle, and does not move for one that is seen', () => {
    const seen = viewport(1_000, true);
    seen.show(500);
    expect(seen.following).toBe(false);
    expect(seen.top).toBe(499 * 20 - 90);
    seen.show(501);
    expect(seen.top).toBe(499 * 20 - 90);
    // It stays in the middle while the list grows below.
    const near = viewport(10, false);
    near.height = 40;
    near.show(10);
    near.place(new Fixed(1, 100));
    expect(near.top).toBe(9 * 20 - 10);
  });

  it('moves as little as it takes to reveal a row', () => {
    const seen = viewport(1_000, false);
    seen.go(1_000);
    seen.reveal(55);
    expect(seen.top).toBe(1_000);
    seen.reveal(61);
    expect(seen.top).toBe(61 * 20 - 200);
    seen.reveal(10);
    expect(seen.top).toBe(9 * 20);
  });

  it('is scrolled in proportion where a browser cannot scroll so far', () => {
    const count = 2_000_000;
    const seen = viewport(count, true);
    expect(seen.scrollHeight).toBe(MOST_SCROLL);
    expect(seen.scroll).toBeCloseTo(MOST_SCROLL - 200);
    seen.scrolled((MOST_SCROLL - 200) / 2);
    expect(seen.firstKey).toBeCloseTo(count / 2, -1);
    const before = seen.firstKey;
    seen.place(new Fixed(1, count + 100_000));
    expect(seen.firstKey).toBe(before);
    seen.scrolled(MOST_SCROLL - 200);
    expect(seen.following).toBe(true);
  });
});
