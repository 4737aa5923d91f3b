/**
 * How many columns characters take: what the prompt line and the terminal must agree on, because one of
 * them says where the cursor is and the other puts it there.
 */
import type { IUnicodeVersionProvider } from '@xterm/xterm';

/** Takes no column of its own: marks, joiners, selectors of a form. */
const NOTHING = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const PICTURE = /^\p{Emoji_Presentation}$/u;

/** Blocks whose characters take two columns, by first and last. */
const WIDE: readonly [number, number][] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

/** Of a code point. */
export function columns(code: number): 0 | 1 | 2 {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if (code < 0x300) return 1;
  if (WIDE.some(([first, last]) => code >= first && code <= last)) return 2;
  const character = String.fromCodePoint(code);
  if (NOTHING.test(character)) return 0;
  return PICTURE.test(character) ? 2 : 1;
}

/** Of a text without line breaks and control characters. */
export function columnsOf(text: string): number {
  let sum = 0;
  for (const character of text) sum += columns(character.codePointAt(0) ?? 0);
  return sum;
}

/** Bits of xterm's properties of a character: whether it joins the one before it, and its width. */
const JOINS = 1;
const WIDTH_SHIFT = 1;
const WIDTH = 3;

/** The same, as xterm asks for it. */
export const UNICODE: IUnicodeVersionProvider = {
  version: 'leo',
  wcwidth: columns,
  charProperties(code, preceding) {
    const own = columns(code);
    const before = (preceding >> WIDTH_SHIFT) & WIDTH;
    const joins = own === 0 && preceding !== 0 && before !== 0;
    const width = joins && before > own ? before : own;
    return (width << WIDTH_SHIFT) | (joins ? JOINS : 0);
  },
};
