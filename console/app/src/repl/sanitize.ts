/**
 * Lines of programs that nobody trusts, made fit for a terminal.
 *
 * Promise: of all control sequences only colours and kinds of type come through (SGR). Nothing moves the
 * cursor, clears, sets a title, writes to the clipboard, makes a link or hides text. Text is kept.
 */
import { sgr } from './sgr';

/** Characters of a line that are shown; the log has the rest. */
const LONGEST = 4_000;

/** Sequences that begin with these and end with a string terminator: DCS, SOS, OSC, PM, APC. */
const STRINGS = new Set(['P', 'X', ']', '^', '_']);
/** The same as one character. */
const C1_STRINGS = new Set([0x90, 0x98, 0x9d, 0x9e, 0x9f]);

const ESC = '\x1b';
const RESET = '\x1b[0m';

/** The line, with its colours and nothing else. Never holds a line break; ends uncoloured. */
export function colours(line: string): string {
  const text = lastDrawn(line);
  let out = '';
  let coloured = false;
  let shown = 0;
  for (let at = 0; at < text.length && shown < LONGEST;) {
    const code = text.charCodeAt(at);
    if (code === 0x1b || (code >= 0x80 && code <= 0x9f)) {
      const sequence = control(text, at);
      out += sequence.keep;
      coloured ||= sequence.keep !== '';
      at = sequence.end;
      continue;
    }
    out += printable(text, at, code);
    shown += 1;
    at += 1;
  }
  if (shown >= LONGEST) out += '…';
  return coloured ? out + RESET : out;
}

/** What a program that draws over its line, as progress bars do, has drawn last. */
function lastDrawn(line: string): string {
  if (!line.includes('\r')) return line;
  return line.split('\r').findLast((part) => part !== '') ?? '';
}

/** Text as it is; tabs as spaces; no other control characters, and none that turn the reading direction. */
function printable(text: string, at: number, code: number): string {
  if (code === 0x09) return '    ';
  if (code < 0x20 || code === 0x7f || isDirection(code)) return '';
  return text.charAt(at);
}

function isDirection(code: number): boolean {
  return (
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
}

/** Where a control sequence ends, and what is kept of it. */
interface Sequence {
  keep: string;
  end: number;
}

function control(text: string, at: number): Sequence {
  const code = text.charCodeAt(at);
  if (code === 0x9b) return csi(text, at + 1);
  if (code !== 0x1b) {
    return { keep: '', end: C1_STRINGS.has(code) ? endOfString(text, at + 1) : at + 1 };
  }
  const next = text.charAt(at + 1);
  if (next === '[') return csi(text, at + 2);
  if (STRINGS.has(next)) return { keep: '', end: endOfString(text, at + 2) };
  return { keep: '', end: endOfEscape(text, at + 1) };
}

/** Parameters, intermediates, and the letter that says what it is. */
function csi(text: string, from: number): Sequence {
  let at = from;
  while (at < text.length && isBetween(text.charCodeAt(at), 0x20, 0x3f)) at += 1;
  if (text.charAt(at) === 'm') return { keep: sgr(text.slice(from, at)), end: at + 1 };
  // A sequence that something else breaks off ends before that.
  return { keep: '', end: isBetween(text.charCodeAt(at), 0x40, 0x7e) ? at + 1 : at };
}

/** Up to the terminator; where there is none, nothing of the line is shown any more. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x07 || code === 0x9c) return at + 1;
    if (code === 0x1b) return text.charAt(at + 1) === '\\' ? at + 2 : at;
  }
  return text.length;
}

/** An escape with its intermediates and its last letter. */
function endOfEscape(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBetween(text.charCodeAt(at), 0x20, 0x2f)) at += 1;
  return isBetween(text.charCodeAt(at), 0x30, 0x7e) && text.charAt(at) !== ESC ? at + 1 : at;
}

/** `NaN`, behind the end, is between nothing. */
function isBetween(code: number, low: number, high: number): boolean {
  return code >= low && code <= high;
}
