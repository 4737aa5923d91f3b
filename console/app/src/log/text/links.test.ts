import { describe, expect, it } from 'vitest';
import { links } from './links';
import { isTame, marks } from './marks';
import { pieces } from './pieces';

/** The addresses as they stand in the text. */
function found(text: string): string[] {
  return links(text).map(({ from, to }) => text.slice(from, to));
}

describe('links', () => {
  it('are addresses of the web, without the sentence around them', () => {
    expect(found('see https://a.example/x?y=1#z.')).toEqual(['https://a.example/x?y=1#z']);
    expect(found('(http://a.example/b_(c)), "https://d.example"')).toEqual([
      'http://a.example/b_(c)',
      'https://d.example',
    ]);
    expect(found('Local: http://localhost:5173/')).toEqual(['http://localhost:5173/']);
  });

  it('lead nowhere else', () => {
    const no = [
      'javascript://x',
      'data://x',
      'file:///etc',
      'https://',
      'http://[',
      'x://y',
      '://',
    ];
    for (const text of no) expect(links(text)).toEqual([]);
    for (const { href } of links('https://a.example/"><script>')) expect(href).not.toMatch(/[<>"]/);
  });

  it('are found quickly whatever stands there', () => {
    const began = performance.now();
    links(`https://a${')'.repeat(64_000)}`);
    links('https://'.repeat(8_000));
    links('http://a '.repeat(7_000));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('marks', () => {
  const query = { text: 'error', caseSensitive: false, regex: false };

  it('are where the text stands', () => {
    expect(marks('Error: no error', query)).toEqual([
      { from: 0, to: 5 },
      { from: 10, to: 15 },
    ]);
    expect(marks('Error: no error', { ...query, caseSensitive: true })).toEqual([
      { from: 10, to: 15 },
    ]);
    expect(marks('a.c abc', { ...query, text: 'a.c' })).toEqual([{ from: 0, to: 3 }]);
  });

  it('are what an expression matches, where that is surely quick', () => {
    const regex = { ...query, regex: true };
    expect(marks('step 12 of 30', { ...regex, text: '\\d+' })).toEqual([
      { from: 5, to: 7 },
      { from: 11, to: 13 },
    ]);
    expect(marks('anything', { ...regex, text: '(' })).toEqual([]);
    expect(marks('anything', { ...regex, text: 'x*' })).toEqual([]);
    const began = performance.now();
    expect(marks('a'.repeat(2_000), { ...regex, text: '(a+)+$b' })).toEqual([]);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(isTame('error|warn')).toBe(true);
    expect(isTame('(a|a)*')).toBe(false);
    expect(isTame('.*.*.*x')).toBe(false);
  });
});

describe('pieces', () => {
  it('are cut at styles, links and marks', () => {
    const spans = [
      { text: 'go to ht', style: undefined },
      { text: 'tp://a.example now', style: undefined },
    ];
    const text = spans.map((span) => span.text).join('');
    const cut = pieces(
      spans,
      links(text),
      marks(text, { text: 'o', caseSensitive: true, regex: false }),
    );
    expect(cut.map((piece) => piece.text).join('')).toBe(text);
    expect(cut.filter(({ href }) => href).map((piece) => piece.text)).toEqual([
      'ht',
      'tp://a.example',
    ]);
    expect(cut.filter(({ marked }) => marked).map((piece) => piece.text)).toEqual(['o', 'o', 'o']);
  });
});
