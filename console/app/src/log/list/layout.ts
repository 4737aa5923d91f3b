/** Where the rows of a list stand, one below the other. Only rows that are on screen are ever drawn. */

/** What stays with a row when others come, go or are hidden. */
export type Key = number | string;

/** The rows of a list. All heights in pixels. */
export interface Layout {
  /** Rows. */
  readonly count: number;
  /** Of all of them. */
  readonly height: number;
  /** Where a row begins; `height` for `count`. */
  top(index: number): number;
  /** The row at that height; the nearest one beyond the ends. */
  at(y: number): number;
  key(index: number): Key;
  /** Where the row of that key is, or the next one where it is hidden or gone. */
  find(key: Key): number;
  /** Takes note of a row's true height; returns whether it was thought to be another. */
  learn(index: number, height: number): boolean;
}
