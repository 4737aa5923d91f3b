/** Characters of a prompt in a line of text. */
const MOST = 90;

/** The beginning of a prompt. */
export function firstLine(prompt: string): string {
  const line = prompt.trim().split('\n', 1)[0] ?? '';
  return line.length > MOST ? `${line.slice(0, MOST)}…` : line;
}
