/**
 * Colours and kinds of type of a terminal: the parameters of SGR, reduced to what may be shown.
 *
 * What hides text or blinks is left out, and colours of 24 bits become the nearest of the 256: the
 * terminal would write them as `style` attributes, which the page's policy forbids.
 */

/** Parameters of one sequence; more are not read. */
const MOST = 64;

/** Bold, dim, italic, underlined, inverse, struck through, and the end of each; colours by name. */
const PLAIN = new Set([0, 1, 2, 3, 4, 7, 9, 21, 22, 23, 24, 27, 29, 39, 49]);

function isPlain(code: number): boolean {
  return (
    PLAIN.has(code) ||
    (code >= 30 && code <= 37) ||
    (code >= 40 && code <= 47) ||
    (code >= 90 && code <= 97) ||
    (code >= 100 && code <= 107)
  );
}

/** The sequence of those parameters, or nothing where none of them may be shown. */
export function sgr(parameters: string): string {
  if (!/^[0-9;:]*$/.test(parameters)) return '';
  if (parameters === '') return '\x1b[0m';
  const kept: string[] = [];
  const fields = parameters.split(';', MOST);
  while (fields.length > 0) kept.push(...take(fields));
  return kept.length === 0 ? '' : `\x1b[${kept.join(';')}m`;
}

/** Takes one attribute from the front. */
function take(fields: string[]): string[] {
  const field = fields.shift() ?? '';
  if (field.includes(':')) return colons(field);
  const code = Number(field === '' ? '0' : field);
  if (code === 38 || code === 48) return extended(code, fields);
  if (code === 58) extended(code, fields);
  return isPlain(code) ? [String(code)] : [];
}

/** `38;5;N` and `38;2;R;G;B`, without the first. */
function extended(code: number, fields: string[]): string[] {
  const kind = fields.shift();
  if (kind === '5') return indexed(code, Number(fields.shift()));
  if (kind === '2') return mixed(code, fields.splice(0, 3).map(Number));
  return [];
}

/** `38:5:N`, `38:2::R:G:B`, `38:2:R:G:B`, and `4:N` for kinds of underlining. */
function colons(field: string): string[] {
  const parts = field.split(':');
  const code = Number(parts[0]);
  if (code === 4) return [parts[1] === '0' ? '24' : '4'];
  if (code !== 38 && code !== 48) return [];
  if (parts[1] === '5') return indexed(code, Number(parts[2]));
  return parts[1] === '2' ? mixed(code, parts.slice(-3).map(Number)) : [];
}

function indexed(code: number, index: number): string[] {
  return Number.isInteger(index) && index >= 0 && index <= 255 ? [`${code};5;${index}`] : [];
}

/** The nearest colour of the 6 × 6 × 6 cube. */
function mixed(code: number, [red, green, blue]: number[]): string[] {
  if (red === undefined || green === undefined || blue === undefined) return [];
  return indexed(code, 16 + 36 * level(red) + 6 * level(green) + level(blue));
}

/** The cube's levels are 0, 95, 135, 175, 215 and 255. */
function level(value: number): number {
  const bound = Math.min(255, value);
  if (bound < 48) return 0;
  return bound < 115 ? 1 : Math.floor((bound - 35) / 40);
}
