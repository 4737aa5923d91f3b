/** Where the characters of the prompt line come to lie. */
import { columns } from './width';

/** A place, from the first row of the prompt. */
export interface Spot {
  row: number;
  column: number;
}

/** Where the cursor is and where the text ends, in a terminal of `width` columns. */
export function layout(text: string, cursor: number, start: number, width: number) {
  let spot: Spot = { row: 0, column: start };
  let found: Spot | undefined;
  let index = 0;
  for (const character of text) {
    const wide = columns(character.codePointAt(0) ?? 0);
    if (spot.column + wide > width) spot = { row: spot.row + 1, column: 0 };
    if (index === cursor) found = spot;
    spot = { row: spot.row, column: spot.column + wide };
    index += character.length;
  }
  // A terminal stays in a full line until there is more; the prompt goes on below.
  if (spot.column >= width) spot = { row: spot.row + 1, column: 0 };
  return { cursor: found ?? spot, end: spot };
}

/** Sign of a line break in the line. */
const BREAK = '⏎';
const MORE = '…';

/** As much of the text around the cursor as there is room for, in characters; line breaks as a sign. */
export function visible(text: string, cursor: number, room: number) {
  const shown = text.replaceAll('\n', BREAK);
  if (shown.length <= room) return { text: shown, cursor };
  const from = Math.max(0, Math.min(cursor - (room >> 1), shown.length - room));
  const to = Math.min(shown.length, from + room);
  const head = from > 0 ? MORE : '';
  return {
    text: head + shown.slice(from, to) + (to < shown.length ? MORE : ''),
    cursor: cursor - from + head.length,
  };
}
