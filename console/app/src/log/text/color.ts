/**
 * The colours of a terminal, readable on both themes.
 *
 * What a program prints was chosen for a terminal that nobody knows here. The sixteen colours are the
 * theme's own; any other is moved towards white or black until its contrast is at least 4.5 to 1.
 */
import type { CSSProperties } from 'react';
import { RGB, type Color, type Style } from './ansi';

type Rgb = readonly [number, number, number];

/** The least bright and the brightest ground that text stands on: a selected line of either theme. */
const DARK: Rgb = [0x23, 0x2a, 0x3a];
const LIGHT: Rgb = [0xe2, 0xe7, 0xfb];
const LEAST_CONTRAST = 4.5;
/** Styles whose properties are kept. */
const MOST_KEPT = 1_000;

const THEME = [
  'var(--text-soft)',
  'var(--ansi-red)',
  'var(--ansi-green)',
  'var(--ansi-yellow)',
  'var(--ansi-blue)',
  'var(--ansi-magenta)',
  'var(--ansi-cyan)',
  'var(--ansi-white)',
] as const;

/** The sixteen, where they are a ground or stand on one. */
const SIXTEEN: readonly Rgb[] = [
  [0, 0, 0],
  [205, 49, 49],
  [13, 188, 121],
  [229, 229, 16],
  [36, 114, 200],
  [188, 63, 188],
  [17, 168, 205],
  [229, 229, 229],
  [102, 102, 102],
  [241, 76, 76],
  [35, 209, 139],
  [245, 245, 67],
  [59, 142, 234],
  [214, 112, 214],
  [41, 184, 219],
  [255, 255, 255],
];

const kept = new Map<string, CSSProperties>();

/** How an element with that style looks. */
export function css(style: Style): CSSProperties {
  const key = Object.values(style).join();
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const made = { ...colors(style), ...font(style) };
  kept.set(key, made);
  return made;
}

function font(style: Style): CSSProperties {
  const lines = [style.underline && 'underline', style.strike && 'line-through'].filter(Boolean);
  return {
    ...(style.bold && { fontWeight: 700 }),
    ...(style.italic && { fontStyle: 'italic' }),
    ...(lines.length > 0 && { textDecoration: lines.join(' ') }),
  };
}

function colors(style: Style): CSSProperties {
  const { fg, bg } = style;
  if (style.inverse) return inverse(fg, bg);
  if (bg !== undefined) return onGround(fg, rgb(bg));
  const color = fg === undefined ? undefined : onPage(fg);
  if (!style.dim) return color === undefined ? {} : { color };
  return {
    color: color === undefined ? THEME[0] : `color-mix(in srgb, ${color} 55%, var(--text-soft))`,
  };
}

function inverse(fg: Color | undefined, bg: Color | undefined): CSSProperties {
  if (bg !== undefined) return onGround(bg, fg === undefined ? [230, 230, 230] : rgb(fg));
  return { color: 'var(--bg)', backgroundColor: fg === undefined ? 'var(--text)' : onPage(fg) };
}

function onGround(fg: Color | undefined, ground: Rgb): CSSProperties {
  const text = fg === undefined ? far(ground) : readable(rgb(fg), ground);
  return { color: hex(text), backgroundColor: hex(ground) };
}

function onPage(color: Color): string {
  if (color < 16) return THEME[color % 8] ?? THEME[7];
  const value = rgb(color);
  return `light-dark(${hex(readable(value, LIGHT))}, ${hex(readable(value, DARK))})`;
}

/** The three parts of a colour. */
export function rgb(color: Color): Rgb {
  if (color >= RGB) return [(color >> 16) & 255, (color >> 8) & 255, color & 255];
  if (color < 16) return SIXTEEN[color] ?? [255, 255, 255];
  if (color >= 232) {
    const grey = 8 + (color - 232) * 10;
    return [grey, grey, grey];
  }
  const part = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const index = color - 16;
  return [part(Math.floor(index / 36)), part(Math.floor(index / 6) % 6), part(index % 6)];
}

function hex(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

/** The contrast of two colours, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Black or white, whichever stands out more. */
function far(ground: Rgb): Rgb {
  const [black, white]: [Rgb, Rgb] = [
    [0, 0, 0],
    [255, 255, 255],
  ];
  return contrast(black, ground) >= contrast(white, ground) ? black : white;
}

/** The colour, moved as little as it takes to be read on that ground. */
export function readable(color: Rgb, ground: Rgb): Rgb {
  const target = far(ground);
  for (let share = 0; share < 1; share += 0.05) {
    const mixed: Rgb = [
      color[0] + (target[0] - color[0]) * share,
      color[1] + (target[1] - color[1]) * share,
      color[2] + (target[2] - color[2]) * share,
    ];
    if (contrast(mixed, ground) >= LEAST_CONTRAST) return mixed;
  }
  return target;
}
