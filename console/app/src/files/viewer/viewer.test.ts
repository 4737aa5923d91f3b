// @vitest-environment node
import css from 'highlight.js/lib/languages/css';
import javascript from 'highlight.js/lib/languages/javascript';
import xml from 'highlight.js/lib/languages/xml';
import { createLowlight } from 'lowlight';
import { describe, expect, it } from 'vitest';
import { MOST, nextFrom, pathInUrl, PIECE, rangeFrom, textOf } from './pieces';
import { languageOf } from './languages';
import { tokensOf } from './tokens';

describe('ranges', () => {
  it('are a mebibyte, and end with the file', () => {
    expect(rangeFrom(0, 10)).toBe('bytes=0-9');
    expect(rangeFrom(0, PIECE + 5)).toBe(`bytes=0-${PIECE - 1}`);
    expect(rangeFrom(PIECE, PIECE + 5)).toBe(`bytes=${PIECE}-${PIECE + 4}`);
    expect(rangeFrom(10, 10)).toBeUndefined();
    expect(rangeFrom(0, 0)).toBeUndefined();
    expect(rangeFrom(MOST, MOST * 2)).toBeUndefined();
  });

  it('follow what has come, which may be less than was asked for', () => {
    expect(nextFrom({ from: 0, bytes: new Uint8Array(PIECE) }, PIECE * 2)).toBe(PIECE);
    expect(nextFrom({ from: 5, bytes: new Uint8Array(3) }, 20)).toBe(8);
    expect(nextFrom({ from: 0, bytes: new Uint8Array(20) }, 20)).toBeUndefined();
    expect(nextFrom({ from: 0, bytes: new Uint8Array() }, 20)).toBeUndefined();
  });

  it('become text with the characters whole that lie across two', () => {
    const bytes = new TextEncoder().encode('añ€😀');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const pieces = [
        { from: 0, bytes: bytes.subarray(0, cut) },
        { from: cut, bytes: bytes.subarray(cut) },
      ];
      expect(textOf(pieces)).toBe('añ€😀');
    }
  });

  it('are no text where they hold zeros', () => {
    expect(textOf([{ from: 0, bytes: new Uint8Array([80, 0, 3]) }])).toBeUndefined();
    expect(textOf([])).toBe('');
  });
});

it('a path keeps its slashes in an address, and nothing else', () => {
  expect(pathInUrl('a b/ü#?.txt')).toBe('a%20b/%C3%BC%23%3F.txt');
});

it('languages go by the name', () => {
  expect(languageOf('src/App.TSX')).toBe('typescript');
  expect(languageOf('Dockerfile')).toBe('dockerfile');
  expect(languageOf('a/.env.local')).toBe('ini');
  expect(languageOf('LICENSE')).toBeUndefined();
  expect(languageOf('a.constructor')).toBeUndefined();
});

describe('colours', () => {
  const lowlight = createLowlight({ css, javascript, xml });
  const tokens = (language: string, text: string) => tokensOf(lowlight.highlight(language, text));

  it('come line by line, and hold the text unchanged', () => {
    const text = 'const a = `x\n${1}\ny`; // end\n\nfunction f(b) {}\n';
    const lines = tokens('javascript', text);
    const plain = lines.map((line) =>
      line
        .map((token) =>
          token.at(-1) === undefined ? '' : typeof token === 'string' ? token : token[1],
        )
        .join(''),
    );
    expect(plain.join('\n')).toBe(text);
    expect(lines[0]).toContainEqual(['keyword', 'const']);
    expect(lines[2]).toContainEqual(['comment', '// end']);
    expect(lines[4]).toContainEqual(['title', 'f']);
  });

  it('know the languages within others', () => {
    const lines = tokens('xml', '<script>\nlet a = 1;\n</script>');
    expect(lines[1]).toContainEqual(['keyword', 'let']);
    expect(lines[0]).toContainEqual(['tag', 'script']);
  });
});
