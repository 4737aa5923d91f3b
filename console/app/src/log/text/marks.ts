/**
 * Where in a line that the server has found the searched text stands, for marking it.
 *
 * What is a hit is the server's answer alone; this only draws. An expression is tried only where the
 * browser's engine surely comes to an end soon; else the line as a whole is the mark.
 */

/** What is searched for. */
export interface Query {
  text: string;
  caseSensitive: boolean;
  regex: boolean;
}

/** A part of a text. */
export interface Part {
  from: number;
  to: number;
}

/** Marks in one line. */
const MOST = 100;
/** Characters of a line that an expression is tried on. */
const MOST_TRIED = 2_000;

/** The parts of `text` that match. */
export function marks(text: string, query: Query): Part[] {
  if (query.text === '') return [];
  return query.regex ? byExpression(text, query) : byText(text, query);
}

function byText(text: string, query: Query): Part[] {
  const sought = query.caseSensitive ? query.text : query.text.toLowerCase();
  const searched = query.caseSensitive ? text : text.toLowerCase();
  // Few capitals have small letters of another length; then places would be wrong.
  if (searched.length !== text.length) return [];
  const parts: Part[] = [];
  let at = searched.indexOf(sought);
  while (at >= 0 && parts.length < MOST) {
    parts.push({ from: at, to: at + sought.length });
    at = searched.indexOf(sought, at + sought.length);
  }
  return parts;
}

function byExpression(text: string, query: Query): Part[] {
  const expression = expressionOf(query);
  if (expression === undefined) return [];
  const parts: Part[] = [];
  for (const match of text.slice(0, MOST_TRIED).matchAll(expression)) {
    if (match[0] !== '') parts.push({ from: match.index, to: match.index + match[0].length });
    if (parts.length === MOST) break;
  }
  return parts;
}

let last: { key: string; expression: RegExp | undefined } | undefined;

function expressionOf({ text, caseSensitive }: Query): RegExp | undefined {
  const key = `${caseSensitive}${text}`;
  if (last?.key !== key) last = { key, expression: compiled(text, caseSensitive ? 'gu' : 'giu') };
  return last.expression;
}

function compiled(text: string, flags: string): RegExp | undefined {
  if (!isTame(text)) return undefined;
  try {
    return new RegExp(text, flags);
  } catch {
    // The server's expressions are not quite the browser's.
    return undefined;
  }
}

/** Whether an expression surely takes no more than a moment: one open repetition, and no repeated group. */
export function isTame(expression: string): boolean {
  const bare = expression.replace(/\\./g, 'x').replace(/\[\^?\]?[^\]]*\]/g, 'x');
  const repeated = bare.match(/[*+]|\{\d*,\d*\}/g)?.length ?? 0;
  return repeated <= 2 && !/\)\s*[*+{?]/.test(bare) && !/\\\d/.test(expression);
}
