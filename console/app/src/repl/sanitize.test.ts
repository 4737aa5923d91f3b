// @vitest-environment node
import { expect, test } from 'vitest';
import { colours } from './sanitize';

const RESET = '\x1b[0m';

test('colours come through, and end with the line', () => {
  expect(colours('plain')).toBe('plain');
  expect(colours('\x1b[1;32mgreen')).toBe(`\x1b[1;32mgreen${RESET}`);
  expect(colours('\x1b[mx')).toBe(`\x1b[0mx${RESET}`);
  expect(colours('\x1b[38;5;208mx')).toBe(`\x1b[38;5;208mx${RESET}`);
  expect(colours('\x1b[97;44mx')).toBe(`\x1b[97;44mx${RESET}`);
});

test('colours of 24 bits become the nearest of the 256', () => {
  expect(colours('\x1b[38;2;255;0;0mx')).toBe(`\x1b[38;5;196mx${RESET}`);
  expect(colours('\x1b[1;48;2;0;95;255;4mx')).toBe(`\x1b[1;48;5;27;4mx${RESET}`);
  expect(colours('\x1b[38:2::255:255:255mx')).toBe(`\x1b[38;5;231mx${RESET}`);
});

test('what hides text or blinks does not', () => {
  expect(colours('\x1b[8mhidden')).toBe('hidden');
  expect(colours('\x1b[5;31mx')).toBe(`\x1b[31mx${RESET}`);
});

test.each([
  ['cursor movement', '\x1b[2J\x1b[H\x1b[10;5Hx\x1b[3A\x1b[1G'],
  ['the alternate screen', '\x1b[?1049hx'],
  ['modes', '\x1b[?2004h\x1b[?1000hx\x1b[?25l'],
  ['a title', '\x1b]0;owned\x07x'],
  ['the clipboard', '\x1b]52;c;aGVsbG8=\x1b\\x'],
  ['device strings', '\x1bP1$r0m\x1b\\x'],
  ['application strings', '\x1b_Gi=1;AAAA\x1b\\x'],
  ['privacy messages', '\x1b^secret\x1b\\x'],
  ['single shifts and resets', '\x1bc\x1b7\x1b8\x1b(0\x1b=x'],
  ['requests for answers', '\x1b[6n\x1b[c\x1b[>q\x05x'],
  ['eight-bit controls', '\x9b2J\x9d0;t\x9c\x90q\x9cx'],
  ['private parameters of colours', '\x1b[>4;2mx'],
  ['insertion and scrolling', '\x1b[5L\x1b[3S\x1bMx'],
  ['bells, backspaces and vertical tabs', '\x07\b\b\b\v\fx'],
  ['changes of direction', '\u202e\u2066x'],
])('%s does not', (_, line) => {
  expect(colours(line)).toBe('x');
});

test('a link is its text', () => {
  expect(colours('\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\ here')).toBe('click here');
});

test('a string that never ends takes the rest of the line, and no more', () => {
  expect(colours('before \x1b]0;and so on')).toBe('before ');
  expect(colours('before \x1b]0;t\x1b[31mred')).toBe(`before \x1b[31mred${RESET}`);
});

test('a broken sequence does not swallow what follows it', () => {
  expect(colours('a\x1b[31')).toBe('a');
  expect(colours('a\x1b')).toBe('a');
  expect(colours('a\x1b[3\x1b[32mb')).toBe(`a\x1b[32mb${RESET}`);
  expect(colours('a\x1b\x1b[32mb')).toBe(`a\x1b[32mb${RESET}`);
});

test('of a line that was drawn over the last state is shown', () => {
  expect(colours('10 %\r50 %\r100 %')).toBe('100 %');
  expect(colours('done\r')).toBe('done');
});

test('nothing of it can break a line or be without end', () => {
  expect(colours('a\nb\tc')).toBe('ab    c');
  const long = colours('x'.repeat(100_000));
  expect(long.length).toBeLessThan(4_100);
  expect(long.endsWith('…')).toBe(true);
});

test('no mix of bytes lets a control through', () => {
  const bytes = [
    '\x1b',
    '[',
    ']',
    '0',
    ';',
    'm',
    'H',
    '\x07',
    '\\',
    '\x9b',
    '\x9d',
    'P',
    '?',
    ' ',
    'x',
  ];
  let state = 7;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let round = 0; round < 20_000; round += 1) {
    const line = Array.from({ length: random(14) }, () => bytes[random(bytes.length)]).join('');
    const left = colours(line).replace(/\x1b\[[0-9;]+m/g, '');
    expect(left, JSON.stringify(line)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
  }
});
