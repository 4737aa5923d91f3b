/**
 * A printed line as it is shown: its text in pieces of one style each.
 *
 * Promises: pure, linear in the line's length whatever stands in it, and what comes out holds no control
 * character but the tab. Of terminal sequences the colours and styles are kept, the others go; what was
 * written over (`\r`, an erased line) is not shown. A line begins without style, whatever was before it.
 */

/** A colour: 0 to 255 of the terminal's palette, or `RGB` and 24 bits. */
export type Color = number;

/** Marks a {@link Color} that is no entry of the palette. */
export const RGB = 0x1000000;

/** How a piece looks. */
export interface Style {
  fg: Color | undefined;
  bg: Color | undefined;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  strike: boolean;
  inverse: boolean;
}

/** A piece of a line; without a style it looks like text. */
export interface Span {
  text: string;
  style: Style | undefined;
}

/** A line as it is shown. */
export interface Parsed {
  spans: Span[];
  /** Whether there is more than `most`. */
  cut: boolean;
}

/** Pieces of a line beyond this are not shown, as if it were too long. */
const MOST_SPANS = 256;
/** Numbers in a sequence that are looked at. */
const MOST_PARAMETERS = 32;

/** What a line may not show as it is: controls, other line ends, and what turns the direction of text. */
const SPECIAL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

const PLAIN: Style = {
  fg: undefined,
  bg: undefined,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
};

/** Shows a line, up to about `most` characters of it. */
export function parse(line: string, most = Infinity): Parsed {
  if (!SPECIAL.test(line)) {
    const text = line.length > most ? whole(line, most) : line;
    return {
      spans: text === '' ? [] : [{ text, style: undefined }],
      cut: text.length < line.length,
    };
  }
  return new Screen(most).write(line);
}

/** What a line shows, without its styles. */
export function plain(line: string): string {
  return parse(line)
    .spans.map(({ text }) => text)
    .join('');
}

/** The first `length` characters, without half a one at the end. */
function whole(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}

/** One line of a terminal. */
class Screen {
  #spans: Span[] = [];
  #length = 0;
  #cut = false;
  #style: Style | undefined;
  /** The next character goes to the beginning of the line. */
  #returned = false;

  constructor(readonly most: number) {}

  write(line: string): Parsed {
    let from = 0;
    for (let at = 0; at < line.length;) {
      const code = line.charCodeAt(at);
      if (!isSpecial(code)) {
        at += 1;
        continue;
      }
      this.#text(line.slice(from, at));
      at = code === 0x1b ? this.#escape(line, at + 1) : this.#control(code, at + 1);
      from = at;
    }
    this.#text(line.slice(from));
    return { spans: this.#spans.filter(({ text }) => text !== ''), cut: this.#cut };
  }

  #text(text: string): void {
    if (text === '') return;
    if (this.#returned) this.#clear();
    const left = this.most - this.#length;
    if (left <= 0 || (this.#spans.length >= MOST_SPANS && this.most !== Infinity)) {
      this.#cut = true;
      return;
    }
    const shown = text.length > left ? whole(text, left) : text;
    if (shown.length < text.length) this.#cut = true;
    this.#length += text.length;
    const last = this.#spans.at(-1);
    if (last !== undefined && last.style === this.#style) last.text += shown;
    else this.#spans.push({ text: shown, style: this.#style });
  }

  #clear(): void {
    this.#spans = [];
    this.#length = 0;
    this.#cut = false;
    this.#returned = false;
  }

  #control(code: number, next: number): number {
    if (code === 0x0d) this.#returned = true;
    else if (code === 0x08) this.#back();
    else if (code < 0x20 && code !== 0x07) this.#text(String.fromCharCode(0x2400 + code));
    else if (code === 0x7f) this.#text('\u2421');
    else if (code > 0x9f) this.#text(`\\u${code.toString(16)}`);
    return next;
  }

  #back(): void {
    const last = this.#spans.at(-1);
    if (last === undefined || last.text === '') return;
    last.text = last.text.slice(0, -1);
    this.#length -= 1;
  }

  /** Reads a sequence from behind its ESC; returns where the text goes on. */
  #escape(line: string, at: number): number {
    const code = line.charCodeAt(at);
    if (code === 0x5b) return this.#csi(line, at + 1);
    if (code === 0x5d || code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f) {
      return afterString(line, at + 1);
    }
    while (line.charCodeAt(at) >= 0x20 && line.charCodeAt(at) <= 0x2f) at += 1;
    const final = line.charCodeAt(at);
    return final >= 0x30 && final <= 0x7e ? at + 1 : at;
  }

  #csi(line: string, from: number): number {
    let at = from;
    while (line.charCodeAt(at) >= 0x20 && line.charCodeAt(at) <= 0x3f) at += 1;
    const final = line.charCodeAt(at);
    if (!(final >= 0x40 && final <= 0x7e)) return at;
    const parameters = line.slice(from, Math.min(at, from + 256));
    if (final === 0x6d) this.#style = styled(this.#style, parameters);
    else if (final === 0x4b && (parameters === '2' || this.#returned)) this.#clear();
    else if (final === 0x47 && (parameters === '' || parameters === '1')) this.#returned = true;
    return at + 1;
  }
}

function isSpecial(code: number): boolean {
  if (code < 0x20) return code !== 0x09;
  if (code < 0x7f) return false;
  return code <= 0x9f || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/** Where the text goes on behind a title, a link or what else a terminal takes as a string. */
function afterString(line: string, at: number): number {
  for (; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 0x07 || code === 0x9c) return at + 1;
    if (code === 0x1b) return line.charCodeAt(at + 1) === 0x5c ? at + 2 : at;
  }
  return at;
}

/** The style after `CSI parameters m`. */
function styled(before: Style | undefined, parameters: string): Style | undefined {
  // Private ones, such as `>4;2m`, are no colours.
  if (!/^[\d;:]*$/.test(parameters)) return before;
  const style = { ...(before ?? PLAIN) };
  const tokens = parameters.split(';').slice(0, MOST_PARAMETERS);
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    const code = Number.parseInt(token, 10) || 0;
    if (code === 38 || code === 48) {
      const [color, used] = token.includes(':')
        ? extended(token.split(':').slice(1), true)
        : extended(tokens.slice(at + 1), false);
      if (code === 38) style.fg = color ?? style.fg;
      else style.bg = color ?? style.bg;
      if (!token.includes(':')) at += used;
    } else {
      apply(style, code, token);
    }
  }
  return isPlain(style) ? undefined : style;
}

function isPlain(style: Style): boolean {
  const { fg, bg, bold, dim, italic, underline, strike, inverse } = style;
  return (
    fg === undefined &&
    bg === undefined &&
    !(bold || dim || italic || underline || strike || inverse)
  );
}

/** A colour as `5;n` or `2;r;g;b`, and how many numbers that took; with colons there may be a colour space. */
function extended(values: string[], colons: boolean): [Color | undefined, number] {
  const numbers = values.map((value) => Number.parseInt(value, 10) || 0);
  const isByte = (value: number | undefined): value is number =>
    value !== undefined && value <= 255;
  if (numbers[0] === 5) return [isByte(numbers[1]) ? numbers[1] : undefined, 2];
  if (numbers[0] !== 2) return [undefined, 1];
  const [r, g, b] = colons && numbers.length > 4 ? numbers.slice(2, 5) : numbers.slice(1, 4);
  if (!isByte(r) || !isByte(g) || !isByte(b)) return [undefined, 4];
  return [RGB | (r << 16) | (g << 8) | b, 4];
}

function apply(style: Style, code: number, token: string): void {
  if (code >= 30 && code <= 37) style.fg = code - 30;
  else if (code >= 90 && code <= 97) style.fg = code - 82;
  else if (code >= 40 && code <= 47) style.bg = code - 40;
  else if (code >= 100 && code <= 107) style.bg = code - 92;
  else if (code === 0) Object.assign(style, PLAIN);
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 3) style.italic = true;
  else if (code === 4 || code === 21) style.underline = token !== '4:0';
  else if (code === 7) style.inverse = true;
  else if (code === 9) style.strike = true;
  else if (code === 22) style.bold = style.dim = false;
  else if (code === 23) style.italic = false;
  else if (code === 24) style.underline = false;
  else if (code === 27) style.inverse = false;
  else if (code === 29) style.strike = false;
  else if (code === 39) style.fg = undefined;
  else if (code === 49) style.bg = undefined;
}
