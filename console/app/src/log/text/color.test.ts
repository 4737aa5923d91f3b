import { describe, expect, it } from 'vitest';
import { RGB, type Style } from './ansi';
import { contrast, css, readable, rgb } from './color';

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

function parts(color: string): [number, number, number] {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

describe('a colour', () => {
  it('of the palette is the terminal’s', () => {
    expect(rgb(16)).toEqual([0, 0, 0]);
    expect(rgb(208)).toEqual([255, 135, 0]);
    expect(rgb(231)).toEqual([255, 255, 255]);
    expect(rgb(232)).toEqual([8, 8, 8]);
    expect(rgb(255)).toEqual([238, 238, 238]);
    expect(rgb(RGB | 0x123456)).toEqual([0x12, 0x34, 0x56]);
  });

  it('can be read on every ground', () => {
    for (let color = 0; color < 256; color += 5) {
      for (let ground = 0; ground < 256; ground += 7) {
        const shown = readable(rgb(color), rgb(ground));
        expect(contrast(shown, rgb(ground))).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('is as it was where it can be read', () => {
    expect(readable([255, 255, 255], [0, 0, 0])).toEqual([255, 255, 255]);
  });
});

describe('a style', () => {
  it('has the theme’s sixteen colours, and others for either theme', () => {
    expect(css({ ...PLAIN, fg: 1, bold: true })).toEqual({
      color: 'var(--ansi-red)',
      fontWeight: 700,
    });
    expect(css({ ...PLAIN, fg: 9 })).toEqual({ color: 'var(--ansi-red)' });
    expect(css({ ...PLAIN, fg: 17 }).color).toMatch(/^light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\)$/);
    expect(css({ ...PLAIN, underline: true, strike: true })).toEqual({
      textDecoration: 'underline line-through',
    });
  });

  it('can be read on its own ground, also inverted', () => {
    for (const style of [
      { ...PLAIN, fg: 1, bg: 1 },
      { ...PLAIN, bg: 226 },
      { ...PLAIN, fg: 3, bg: 7, inverse: true },
    ]) {
      const { color, backgroundColor } = css(style);
      expect(contrast(parts(String(color)), parts(String(backgroundColor)))).toBeGreaterThanOrEqual(
        4.4,
      );
    }
    expect(css({ ...PLAIN, inverse: true })).toEqual({
      color: 'var(--bg)',
      backgroundColor: 'var(--text)',
    });
  });
});
