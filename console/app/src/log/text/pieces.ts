/** A line cut where its style, a link or a mark begins or ends: each piece is one element. */
import type { Span, Style } from './ansi';
import type { Found } from './links';
import type { Part } from './marks';

/** What is drawn as one element. */
export interface Piece {
  text: string;
  style: Style | undefined;
  href: string | undefined;
  marked: boolean;
}

/** Cuts the spans; links and marks are in order and count the characters of all spans together. */
export function pieces(
  spans: readonly Span[],
  links: readonly Found[],
  marks: readonly Part[],
): Piece[] {
  const result: Piece[] = [];
  let [start, link, mark] = [0, 0, 0];
  for (const { text, style } of spans) {
    const end = start + text.length;
    for (let at = start; at < end;) {
      while ((links[link]?.to ?? Infinity) <= at) link += 1;
      while ((marks[mark]?.to ?? Infinity) <= at) mark += 1;
      const [inLink, toLink] = edge(links[link], at, end);
      const [isMarked, toMark] = edge(marks[mark], at, end);
      const to = Math.min(toLink, toMark);
      const href = inLink ? links[link]?.href : undefined;
      result.push({ text: text.slice(at - start, to - start), style, href, marked: isMarked });
      at = to;
    }
    start = end;
  }
  return result;
}

/** Whether `at` is inside the part, and where that changes. */
function edge(part: Part | undefined, at: number, end: number): [boolean, number] {
  if (part === undefined) return [false, end];
  return part.from <= at ? [true, Math.min(part.to, end)] : [false, Math.min(part.from, end)];
}
