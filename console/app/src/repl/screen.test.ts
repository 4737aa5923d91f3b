import { Terminal } from '@xterm/xterm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Line } from './line';
import { Screen } from './screen';
import { UNICODE } from './width';

let xterm: Terminal;
let line: Line;
let screen: Screen;

beforeEach(() => {
  xterm = new Terminal({ cols: 20, rows: 6, allowProposedApi: true, scrollback: 100 });
  xterm.unicode.register(UNICODE);
  xterm.unicode.activeVersion = UNICODE.version;
  line = new Line();
  screen = new Screen(xterm, line);
});

afterEach(() => xterm.dispose());

/** Waits until the terminal has taken everything. */
async function settle(): Promise<void> {
  while (screen.busy) await new Promise<void>((resolve) => xterm.write('', resolve));
}

/** What is on it, from the first line on. */
function shown(): string[] {
  const { active } = xterm.buffer;
  const rows = Array.from({ length: active.length }, (_, row) =>
    (active.getLine(row)?.translateToString(true) ?? '').trimEnd(),
  );
  while (rows.at(-1) === '') rows.pop();
  return rows;
}

/** The text left of the cursor in its row. */
function beforeCursor(): string {
  const { active } = xterm.buffer;
  const row = active.getLine(active.baseY + active.cursorY);
  return row?.translateToString(false, 0, active.cursorX) ?? '';
}

test('output goes above what is being typed', async () => {
  line.insert('run a clock');
  line.left();
  screen.refresh();
  screen.print('one', 'two');
  await settle();
  expect(shown()).toEqual(['one', 'two', 'leo> run a clock']);
  expect(beforeCursor()).toBe('leo> run a cloc');
  screen.print('three');
  await settle();
  expect(shown()).toEqual(['one', 'two', 'three', 'leo> run a clock']);
  expect(beforeCursor()).toBe('leo> run a cloc');
});

test('a line over several rows is drawn anew as a whole', async () => {
  line.insert('run 0123456789 0123456789 0123');
  line.home();
  screen.refresh();
  await settle();
  screen.print('out');
  await settle();
  expect(shown()).toEqual(['out', 'leo> run 0123456789', '0123456789 0123']);
  expect(beforeCursor()).toBe('leo> ');
});

test('a line that just fills its row leaves the cursor below', async () => {
  line.insert('123456789012345');
  screen.refresh();
  await settle();
  screen.print('out');
  await settle();
  expect(shown()).toEqual(['out', 'leo> 123456789012345']);
  expect(beforeCursor()).toBe('');
});

test('wide characters, marks and pictures keep the cursor in its place', async () => {
  line.insert('世界e\u0301😀');
  screen.refresh();
  await settle();
  expect(xterm.buffer.active.cursorX).toBe(5 + 4 + 1 + 2);
  line.left();
  screen.print('out');
  await settle();
  expect(beforeCursor()).toBe('leo> 世界e\u0301');
});

test('a wide character that does not fit goes to the next row, and nothing is left behind', async () => {
  line.insert('12345678901234世界');
  screen.refresh();
  await settle();
  expect(shown()).toEqual(['leo> 12345678901234', '世界']);
  line.backspace();
  line.backspace();
  screen.refresh();
  screen.print('out');
  await settle();
  expect(shown()).toEqual(['out', 'leo> 12345678901234']);
});

test('a text longer than the screen is shown around its cursor', async () => {
  line.insert('x'.repeat(5_000));
  screen.refresh();
  screen.print('out');
  await settle();
  screen.print('more');
  await settle();
  const rows = shown();
  expect(rows.slice(0, 2)).toEqual(['out', 'more']);
  expect(rows.length).toBeLessThanOrEqual(6);
  expect(rows.join('')).toContain('leo> …xxx');
});

test('a submitted line stays, and the next one is empty', async () => {
  line.insert('help');
  screen.commit();
  screen.print('answer');
  await settle();
  expect(shown()).toEqual(['leo> help', 'answer', 'leo>']);
});

test('another size draws the prompt anew, once', async () => {
  line.insert('run 0123456789 0123456789');
  screen.print('out');
  screen.refresh();
  await settle();
  screen.around(() => xterm.resize(40, 6));
  await settle();
  expect(shown()).toEqual(['out', 'leo> run 0123456789 0123456789']);
});

test('clearing leaves the prompt', async () => {
  screen.print('one', 'two');
  await settle();
  screen.clear();
  await settle();
  expect(shown()).toEqual(['leo>']);
});

test('one write is under way at a time, and what came meanwhile follows in one', async () => {
  const writes: [string, () => void][] = [];
  const slow = new Screen(
    { cols: 80, rows: 24, write: (data, done) => writes.push([data, done]) },
    line,
  );
  let idle = 0;
  slow.onIdle = () => (idle += 1);
  slow.print('1');
  slow.print('2');
  slow.print('3');
  expect(writes).toHaveLength(1);
  writes[0]?.[1]();
  expect(writes).toHaveLength(2);
  expect(writes[1]?.[0]).toContain('2\r\n3\r\n');
  expect(idle).toBe(0);
  writes[1]?.[1]();
  expect(idle).toBe(1);
});
