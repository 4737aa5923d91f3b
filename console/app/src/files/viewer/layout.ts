/** Where the lines of a text stand, wrapped or not. */
import type { Layout } from '../../log/list/layout';
import { FLAT, Wrapped, type Extent } from '../../log/rows/extent';

/** The height of a row of text, in pixels; `code.module.css` has it too. */
export const LINE = 21;
/** Of a longer line, the rest is not drawn, in characters: browsers stall at it. */
export const LONGEST = 10_000;

/** The lines of a text; what ends with a newline has no empty line behind it, unless one comes. */
export function linesOf(text: string, writing: boolean): string[] {
  const lines = text.split('\n');
  if (!writing && lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}

/** The lines as rows of a list. */
export class LineLayout implements Layout {
  readonly count: number;
  readonly #extent: Extent;

  /** `columns`: characters that fit into a row; undefined: lines are not wrapped. */
  constructor(lines: readonly string[], columns: number | undefined) {
    this.count = lines.length;
    this.#extent =
      columns === undefined
        ? FLAT
        : new Wrapped(0, (at) => {
            const length = Math.min(lines[at]?.length ?? 0, LONGEST);
            return Math.max(1, Math.ceil(length / columns));
          });
  }

  get height(): number {
    return this.top(this.count);
  }

  top(index: number): number {
    return this.#extent.before(Math.min(index, this.count)) * LINE;
  }

  at(y: number): number {
    return this.#extent.at(Math.max(0, y) / LINE, 0, Math.max(1, this.count));
  }

  key(index: number): number {
    return index;
  }

  find(key: number | string): number {
    return Math.max(0, Math.min(Number(key), this.count - 1));
  }

  learn(index: number, height: number): boolean {
    return this.#extent.learn(index, Math.max(1, Math.round(height / LINE)));
  }
}
