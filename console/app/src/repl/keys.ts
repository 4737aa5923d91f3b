/** What the terminal sends for keys, and what they mean on a prompt line. */
import type { Line } from './line';

/** Keys that change the line. */
export const EDITS: ReadonlyMap<string, (line: Line) => void> = new Map([
  ['\x1b[D', (line: Line) => line.left()],
  ['\x02', (line: Line) => line.left()],
  ['\x1b[C', (line: Line) => line.right()],
  ['\x06', (line: Line) => line.right()],
  ['\x1b[H', (line: Line) => line.home()],
  ['\x1bOH', (line: Line) => line.home()],
  ['\x01', (line: Line) => line.home()],
  ['\x1b[F', (line: Line) => line.end()],
  ['\x1bOF', (line: Line) => line.end()],
  ['\x05', (line: Line) => line.end()],
  ['\x1b[1;5D', (line: Line) => line.wordLeft()],
  ['\x1b[1;3D', (line: Line) => line.wordLeft()],
  ['\x1bb', (line: Line) => line.wordLeft()],
  ['\x1b[1;5C', (line: Line) => line.wordRight()],
  ['\x1b[1;3C', (line: Line) => line.wordRight()],
  ['\x1bf', (line: Line) => line.wordRight()],
  ['\x7f', (line: Line) => line.backspace()],
  ['\b', (line: Line) => line.backspace()],
  ['\x1b[3~', (line: Line) => line.delete()],
  ['\x04', (line: Line) => line.delete()],
  ['\x0b', (line: Line) => line.killToEnd()],
  ['\x15', (line: Line) => line.killToStart()],
  ['\x17', (line: Line) => line.killWord()],
  ['\x1b\x7f', (line: Line) => line.killWord()],
  ['\x19', (line: Line) => line.yank()],
]);

export const UP = '\x1b[A';
export const DOWN = '\x1b[B';
export const PREVIOUS = '\x10';
export const NEXT = '\x0e';
export const ENTER = '\r';
export const TAB = '\t';
export const INTERRUPT = '\x03';
export const CLEAR = '\x0c';

/** Has the terminal wrap what is pasted, so that it is told from what is typed. */
export const BRACKETS_ON = '\x1b[?2004h';
const PASTE_BEGIN = '\x1b[200~';
const PASTE_END = '\x1b[201~';

/** What is pasted: its lines stay lines and are not submitted one by one. Undefined: it is no paste. */
export function pasted(data: string): string | undefined {
  if (!data.startsWith(PASTE_BEGIN)) return undefined;
  const text = data.slice(PASTE_BEGIN.length).replaceAll(PASTE_END, '');
  return typed(text.replace(/\r\n?/g, '\n').replaceAll('\t', '  '));
}

/** Text without control characters. */
export function typed(data: string): string {
  return data.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, '');
}
