/** Lines in an address: `#L120`, `#L120-L140`. */

/** Lines, both ends included. */
export interface Range {
  from: number;
  to: number;
}

/** The lines that a hash names (with or without its `#`), the lower one first. */
export function rangeOf(hash: string): Range | undefined {
  const match = /^#?L([1-9]\d{0,8})(?:-L?([1-9]\d{0,8}))?$/.exec(hash);
  if (match === null) return undefined;
  const [a, b] = [Number(match[1]), Number(match[2] ?? match[1])];
  return { from: Math.min(a, b), to: Math.max(a, b) };
}

/** The hash without its `#`. */
export function hashOf({ from, to }: Range): string {
  return from === to ? `L${from}` : `L${from}-L${to}`;
}

/** In words. */
export function wordsOf({ from, to }: Range): string {
  return from === to
    ? `Line ${from.toLocaleString('en')}`
    : `Lines ${from.toLocaleString('en')} to ${to.toLocaleString('en')}`;
}
