import { beforeEach, describe, expect, it } from 'vitest';
import { Lines } from '../../session/live/lines';
import { Wrapped } from './extent';
import type { Mark } from './marks';
import { LogRows, ROW, type View } from './rows';
import { Joined, type LogSource } from './source';

function fill(lines: Lines, count: number, text = (n: number) => `line ${n}`): Lines {
  for (let n = lines.count + 1; n <= count; n += 1) {
    // Every tenth place in the stream is a line.
    const stream = n % 5 === 0 ? 'stderr' : 'stdout';
    lines.push(n * 10, { line: text(n), timestamp: '2026-01-01T00:00:00Z', stream });
  }
  return lines;
}

function phase(number: number, seq: number): Mark {
  return { key: `phase-${number}`, seq, kind: 'phase', text: '', tone: 'plain' };
}

/** What every layout keeps, whatever it shows. */
function check(rows: LogRows): void {
  let top = 0;
  for (let index = 0; index < rows.count; index += 1) {
    expect(rows.top(index)).toBe(top);
    const next = rows.top(index + 1);
    expect(next).toBeGreaterThan(top);
    expect(rows.at(top)).toBe(index);
    expect(rows.at(next - 1)).toBe(index);
    expect(rows.find(rows.key(index))).toBe(index);
    top = next;
  }
  expect(rows.height).toBe(top);
}

describe('the rows of a log', () => {
  let lines: Lines;
  let view: View;
  let rows: LogRows;
  beforeEach(() => {
    lines = fill(new Lines(), 50);
    view = { source: lines, marks: [], collapsed: new Set(), filter: 'all', columns: undefined };
    rows = new LogRows();
  });

  function update(change: Partial<View> = {}): void {
    view = { ...view, ...change };
    rows.update(view);
  }

  it('are its lines', () => {
    update();
    expect(rows.count).toBe(50);
    expect(rows.height).toBe(50 * ROW);
    expect(rows.row(0)).toEqual({ kind: 'line', number: 1 });
    check(rows);
    fill(lines, 60);
    update();
    expect(rows.count).toBe(60);
    check(rows);
  });

  it('have phases between them, which can be folded', () => {
    update({ marks: [phase(1, 105), phase(2, 305), phase(3, 306)] });
    expect(rows.count).toBe(53);
    expect(rows.key(10)).toBe('phase-1');
    expect(rows.key(11)).toBe(11);
    expect(rows.phaseOf(15)?.mark.key).toBe('phase-1');
    expect(rows.phaseOf(3)).toBeUndefined();
    check(rows);
    update({ collapsed: new Set(['phase-1', 'phase-3']) });
    expect(rows.count).toBe(10 + 3);
    expect(rows.hides(15)).toBe('phase-1');
    expect(rows.hides(5)).toBeUndefined();
    check(rows);
  });

  it('are those of one stream', () => {
    update({ filter: 'stderr', marks: [phase(1, 105)] });
    expect(rows.count).toBe(11);
    expect(rows.row(0)).toEqual({ kind: 'line', number: 5 });
    expect(rows.row(rows.find(7))).toEqual({ kind: 'line', number: 10 });
    check(rows);
    fill(lines, 100);
    update();
    expect(rows.lines).toBe(20);
    check(rows);
    update({ filter: 'system' });
    expect(rows.lines).toBe(0);
    expect(rows.count).toBe(1);
  });

  it('take several rows of text where they are long', () => {
    lines = fill(new Lines(), 2_000, (n) => 'x'.repeat((n * 37) % 333));
    update({ source: lines, columns: 80, marks: [phase(1, 105), phase(2, 15_005)] });
    check(rows);
    const before = rows.height;
    expect(rows.learn(5, 9 * ROW)).toBe(true);
    expect(rows.learn(5, 9 * ROW)).toBe(false);
    expect(rows.learn(1_900, 7 * ROW)).toBe(true);
    expect(rows.height).not.toBe(before);
    check(rows);
  });

  it('keep their numbers when the oldest are let go', () => {
    lines = fill(new Lines(), 25_000);
    for (const change of [
      { columns: 20 },
      { filter: 'stderr' as const },
      { filter: 'all' as const },
    ]) {
      update({ source: lines, marks: [phase(1, 105), phase(2, 200_005)], ...change });
      lines.shorten();
      fill(lines, lines.count + 12_000);
      update();
      const middle = Math.floor(rows.count / 2);
      expect(rows.find(rows.key(middle))).toBe(middle);
      expect(rows.at(rows.top(middle))).toBe(middle);
      expect(rows.find(1)).toBeLessThan(3);
    }
  });

  it('look at few lines a frame, however many there are', () => {
    lines = fill(new Lines(), 100_000, () => 'x'.repeat(100));
    let looked = 0;
    const source: LogSource = {
      get count() {
        return lines.count;
      },
      get first() {
        return lines.first;
      },
      at: (number) => lines.at(number),
      numberAt: (seq) => lines.numberAt(seq),
      text: (number) => {
        looked += 1;
        return lines.text(number);
      },
    };
    update({ source, columns: 60 });
    expect(rows.height).toBe(200_000 * ROW);
    looked = 0;
    for (let frame = 0; frame < 100; frame += 1) {
      fill(lines, lines.count + 80);
      update();
      rows.at(rows.height - 800);
      rows.top(rows.find(50_000 + frame));
    }
    expect(looked / 100).toBeLessThan(5_000);
  });
});

describe('a sum of rows', () => {
  it('is the same whichever part of it is asked first', () => {
    const guess = (position: number) => 1 + ((position * 7) % 5);
    const sums = new Wrapped(100, guess);
    const late = new Wrapped(100, guess).before(5_000);
    let sum = 0;
    for (let position = 100; position < 5_000; position += 1) {
      expect(sums.before(position)).toBe(sum);
      expect(sums.at(sum, 100, 5_001)).toBe(position);
      sum += guess(position);
    }
    expect(sums.before(5_000)).toBe(late);
  });
});

describe('lines of the server before those of the stream', () => {
  it('are one log', () => {
    const live = fill(new Lines(), 25_000);
    live.shorten();
    const head = fill(new Lines(), 10_000);
    const joined = new Joined(head, live);
    expect(joined.isWhole).toBe(true);
    expect([joined.first, joined.count]).toEqual([1, 25_000]);
    for (const number of [1, 10_000, 10_001, 25_000]) {
      expect(joined.text(number)).toBe(`line ${number}`);
      expect(joined.at(number)?.number).toBe(number);
      expect(joined.numberAt(number * 10)).toBe(number);
      expect(joined.numberAt(number * 10 - 5)).toBe(number);
    }
    live.shorten();
    expect(joined.isWhole).toBe(false);
  });
});
