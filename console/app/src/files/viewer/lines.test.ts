// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { LINE, LineLayout, linesOf } from './layout';
import { lineOf, press, selectedOf } from './selection';

describe('lines', () => {
  it('end with the last one that has something, unless more is coming', () => {
    expect(linesOf('a\nb\n', false)).toEqual(['a', 'b']);
    expect(linesOf('a\nb\n', true)).toEqual(['a', 'b', '']);
    expect(linesOf('a\n\n', false)).toEqual(['a', '']);
    expect(linesOf('\n', false)).toEqual(['']);
  });

  it('stand one below the other', () => {
    const layout = new LineLayout(['a', 'b', 'c'], undefined);
    expect(layout.height).toBe(3 * LINE);
    expect(layout.top(2)).toBe(2 * LINE);
    expect(layout.at(LINE)).toBe(1);
    expect(layout.at(100 * LINE)).toBe(2);
  });

  it('take more room where they are wrapped, and learn how much', () => {
    const layout = new LineLayout(['x'.repeat(25), 'b', ''], 10);
    expect(layout.top(1)).toBe(3 * LINE);
    expect(layout.at(2 * LINE)).toBe(0);
    expect(layout.learn(0, 3 * LINE)).toBe(false);
    expect(layout.learn(0, 4 * LINE)).toBe(true);
    expect(layout.height).toBe(6 * LINE);
  });
});

describe('what an address names', () => {
  it('is a line, or some', () => {
    expect(selectedOf('12')).toEqual({ first: 12, last: 12 });
    expect(selectedOf('20-12')).toEqual({ first: 12, last: 20 });
    for (const nonsense of [undefined, '', '0', 'x', '1-', '1-2-3', '-5']) {
      expect(selectedOf(nonsense)).toBeUndefined();
    }
  });

  it('is written as it is read', () => {
    for (const text of ['7', '7-9'])
      expect(lineOf(selectedOf(text) ?? press(1, false, undefined))).toBe(text);
  });

  it('grows from where it began', () => {
    const begun = press(5, false, undefined);
    expect(press(8, true, begun)).toEqual({ first: 5, last: 8 });
    expect(press(3, true, begun)).toEqual({ first: 3, last: 5 });
    expect(press(3, false, begun)).toEqual({ first: 3, last: 3 });
  });
});
