/** Lines that an address names: `12`, or `12-20`. Pure. */

/** Lines from 1, both included. */
export interface Selected {
  first: number;
  last: number;
}

/** What an address names; undefined where it makes no sense. */
export function selectedOf(text: string | undefined): Selected | undefined {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text ?? '');
  if (match === null) return undefined;
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  if (from < 1 || to < 1) return undefined;
  return { first: Math.min(from, to), last: Math.max(from, to) };
}

/** How an address names them. */
export function lineOf({ first, last }: Selected): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/** What a press on a line selects; with shift from where the selection began. */
export function press(line: number, extend: boolean, before: Selected | undefined): Selected {
  if (!extend || before === undefined) return { first: line, last: line };
  return { first: Math.min(before.first, line), last: Math.max(before.first, line) };
}
