/** Addresses in a text: those of the web, and no others. Linear in the text's length. */

/** Where an address stands. */
export interface Found {
  from: number;
  to: number;
  href: string;
}

/** Addresses of one line that become links. */
const MOST = 50;
const ADDRESS = /https?:\/\/[^\s<>"'`\\^{}|\u2400-\u2421]+/gi;
/** What ends a sentence and not an address. */
const ENDS = '.,;:!?*_';

/** The addresses in a text. */
export function links(text: string): Found[] {
  if (!text.includes('://')) return [];
  const found: Found[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const url = parsed(address);
    if (url === undefined) continue;
    found.push({ from: match.index, to: match.index + address.length, href: url });
    if (found.length === MOST) break;
  }
  return found;
}

function parsed(address: string): string | undefined {
  try {
    const url = new URL(address);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** Without what belongs to the sentence around it, such as a parenthesis that began before the address. */
function trimmed(address: string): string {
  let open = 0;
  for (const char of address) open += char === '(' || char === '[' ? 1 : 0;
  let closed = 0;
  for (const char of address) closed += char === ')' || char === ']' ? 1 : 0;
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    if (last === ')' || last === ']') {
      if (closed <= open) break;
      closed -= 1;
    } else if (!ENDS.includes(last)) {
      break;
    }
  }
  return address.slice(0, end);
}
