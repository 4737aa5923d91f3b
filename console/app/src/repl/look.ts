/** The terminal's colours and type: those of the page. */
import type { ITheme } from '@xterm/xterm';

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The page's monospaced type. */
export function font(): string {
  return token('--mono');
}

/** The page's colours as they are at present. */
export function look(): ITheme {
  const theme: ITheme = {
    background: token('--bg-sunken'),
    foreground: token('--text'),
    cursor: token('--accent'),
    cursorAccent: token('--bg-sunken'),
    selectionBackground: token('--bg-selected'),
    scrollbarSliderBackground: token('--line'),
    scrollbarSliderHoverBackground: token('--line-strong'),
    scrollbarSliderActiveBackground: token('--line-strong'),
  };
  for (const name of NAMES) {
    const colour = token(`--ansi-${name}`);
    theme[name] = colour;
    theme[
      `bright${name.charAt(0).toUpperCase()}${name.slice(1)}` as `bright${Capitalize<typeof name>}`
    ] = colour;
  }
  return theme;
}
