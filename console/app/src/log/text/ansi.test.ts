import { describe, expect, it } from 'vitest';
import { parse, plain, RGB, type Style } from './ansi';

/** The styles of a line's pieces, without what is not set. */
function styles(line: string): [string, Partial<Style>][] {
  return parse(line).spans.map(({ text, style }) => [
    text,
    Object.fromEntries(
      Object.entries(style ?? {}).filter(([, value]) => value !== undefined && value !== false),
    ),
  ]);
}

describe('a line of a terminal', () => {
  it('without anything special is itself', () => {
    expect(parse('cargo build\tüñî 🦁')).toEqual({
      spans: [{ text: 'cargo build\tüñî 🦁', style: undefined }],
      cut: false,
    });
    expect(parse('')).toEqual({ spans: [], cut: false });
  });

  it('has colours and styles', () => {
    expect(styles('a\u001b[31mb\u001b[1;4mc\u001b[22md\u001b[0me\u001b[97;101mf')).toEqual([
      ['a', {}],
      ['b', { fg: 1 }],
      ['c', { fg: 1, bold: true, underline: true }],
      ['d', { fg: 1, underline: true }],
      ['e', {}],
      ['f', { fg: 15, bg: 9 }],
    ]);
    expect(styles('\u001b[2;3;7;9mx\u001b[mz')).toEqual([
      ['x', { dim: true, italic: true, inverse: true, strike: true }],
      ['z', {}],
    ]);
  });

  it('has 256 and all colours, with semicolons and colons', () => {
    const all = RGB | (1 << 16) | (2 << 8) | 3;
    expect(styles('\u001b[38;5;208ma')).toEqual([['a', { fg: 208 }]]);
    expect(styles('\u001b[48;2;1;2;3;1ma')).toEqual([['a', { bg: all, bold: true }]]);
    expect(styles('\u001b[38:2::1:2:3ma')).toEqual([['a', { fg: all }]]);
    expect(styles('\u001b[38:5:7;4:0ma')).toEqual([['a', { fg: 7 }]]);
    expect(styles('\u001b[38;5;999ma\u001b[38;9mb\u001b[38mc')).toEqual([['abc', {}]]);
  });

  it('shows what was written last over the rest', () => {
    expect(plain('10%\r50%\r100%\r')).toBe('100%');
    expect(plain('gone\r\u001b[K')).toBe('');
    expect(plain('gone\u001b[2K\rhere')).toBe('here');
    expect(plain('gone\u001b[1Ghere')).toBe('here');
    expect(plain('stays\u001b[K')).toBe('stays');
    expect(plain('|\b/\b-')).toBe('-');
    expect(styles('\u001b[32m10%\r100%')).toEqual([['100%', { fg: 2 }]]);
  });

  it('has no other sequence left', () => {
    const rest = [
      '\u001b]0;title\u0007',
      '\u001b]8;;https://a.example\u001b\\',
      '\u001bP1$r\u001b\\',
      '\u001b(B',
      '\u001b[?25l',
      '\u001b[>4;2m',
      '\u001b[10;20H',
      '\u001b7',
      '\u001bc',
      '\u009b',
    ];
    for (const sequence of rest) expect(plain(`a${sequence}b`)).toBe('ab');
    for (const open of ['\u001b', '\u001b[', '\u001b[31', '\u001b]0;x', '\u001bP', '\u001b(']) {
      expect(plain(`a${open}`)).toBe('a');
    }
    expect(plain('a\u001b[3\u0001b')).toBe('a\u2401b');
  });

  it('makes visible what would deceive', () => {
    expect(plain('nul\u0000 bell\u0007 del\u007f line\nend')).toBe(
      'nul\u2400 bell del\u2421 line\u240aend',
    );
    expect(plain('user\u202enimda\u2066')).toBe('user\\u202enimda\\u2066');
  });

  it('is cut where it is too long, never inside a character', () => {
    expect(parse('abcdef', 4)).toEqual({ spans: [{ text: 'abcd', style: undefined }], cut: true });
    expect(parse('abc🦁', 4).spans[0]?.text).toBe('abc');
    expect(parse('\u001b[1mabc🦁', 4).spans[0]?.text).toBe('abc');
    expect(parse(`${'x'.repeat(9_000)}\rok`, 100)).toEqual({
      spans: [{ text: 'ok', style: undefined }],
      cut: false,
    });
  });

  it('is quick whatever stands in it', () => {
    const hostile = [
      '\u001b[1mx\u001b[0my'.repeat(7_000),
      '\u001b['.repeat(33_000),
      '\u001b]'.repeat(33_000),
      `\u001b[${'1;'.repeat(32_000)}m`,
      `\u001b[${'1'.repeat(65_000)}`,
      '\r'.repeat(65_536),
      'a\r'.repeat(32_768),
      'a\b'.repeat(32_768),
      '\u202e'.repeat(65_536),
    ];
    for (const line of hostile) {
      const began = performance.now();
      const shown = parse(line, 4_000);
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(shown.spans.length).toBeLessThanOrEqual(256);
      expect(shown.spans.map(({ text }) => text).join('')).not.toMatch(
        /[\u0000-\u0008\u000a-\u001f]/,
      );
    }
  });
});
