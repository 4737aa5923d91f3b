// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const CSS = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
/** Contrast that text needs, by WCAG AA. */
const ENOUGH = 4.5;
const GROUNDS = ['--bg', '--bg-raised', '--bg-sunken', '--bg-selected'];

/** The colours of a theme. */
function colours(selector: string): Map<string, string> {
  const from = CSS.indexOf(`${selector} {`);
  const block = CSS.slice(from, CSS.indexOf('}', from));
  return new Map(
    [...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map((match) => [
      match[1] ?? '',
      match[2] ?? '',
    ]),
  );
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ['dark', ':root'],
  ['light', ":root[data-theme='light']"],
])('%s', (_, selector) => {
  const all = colours(selector);
  const of = (name: string): string => all.get(name) ?? 'missing';
  const code = [...all.keys()].filter((name) => name.startsWith('--code-'));

  it('has the colours of code', () => {
    expect(code).toHaveLength(9);
  });

  it.each(code)('%s can be read wherever code is', (name) => {
    for (const ground of GROUNDS) {
      expect(contrast(of(name), of(ground)), ground).toBeGreaterThanOrEqual(ENOUGH);
    }
  });

  it('what was added and removed can be read', () => {
    for (const ground of ['--diff-added', '--diff-removed']) {
      for (const text of ['--text', '--text-soft']) {
        expect(contrast(of(text), of(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(
          ENOUGH,
        );
      }
    }
    expect(contrast(of('--done'), of('--diff-added'))).toBeGreaterThanOrEqual(ENOUGH);
    expect(contrast(of('--failed'), of('--diff-removed'))).toBeGreaterThanOrEqual(ENOUGH);
  });
});
