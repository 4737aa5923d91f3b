/**
 * What is on the terminal: output above, the prompt line below it.
 *
 * Promises: output never garbles the line that is being typed, because both are drawn by the same write;
 * one write is under way at a time, and whoever has more waits for {@link Screen.onIdle}.
 */
import { layout, visible } from './layout';
import type { Line } from './line';
import { columnsOf } from './width';

/** What is needed of a terminal. */
export interface Output {
  readonly cols: number;
  readonly rows: number;
  write(data: string, done: () => void): void;
}

export const PROMPT = 'leo> ';
const PROMPT_COLOURED = '\x1b[1;36mleo>\x1b[0m ';
/** Rows of a prompt line that is longer than the terminal is high. */
const SPARE_ROWS = 2;

export class Screen {
  /** The terminal has taken everything. */
  onIdle: () => void = () => undefined;
  #output: Output;
  #line: Line;
  #busy = false;
  #dirty = false;
  #closed = false;
  #pending = '';
  #after: (() => void)[] = [];
  /** The row of the cursor, from the first row of the prompt; -1: there is no prompt on the screen. */
  #row = -1;

  constructor(output: Output, line: Line) {
    this.#output = output;
    this.#line = line;
  }

  /** Whether a write is under way; more can be printed, and waits. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Prints lines above the prompt. They hold no control sequences but colours. */
  print(...lines: string[]): void {
    for (const line of lines) this.#pending += `${line}\r\n`;
    this.#flush();
  }

  /** The line has changed. */
  refresh(): void {
    this.#dirty = true;
    this.#flush();
  }

  /** The line is done: it stays above, and the next one begins. */
  commit(): void {
    const text = this.#line.text.replaceAll('\n', '⏎');
    this.#line.set('');
    this.print(`${PROMPT_COLOURED}${text}`);
  }

  /** Empties the screen. */
  clear(): void {
    this.#pending = '\x1b[2J\x1b[3J\x1b[H';
    this.#row = -1;
    this.#flush();
  }

  /** Takes the prompt away, runs `how`, which may change the size, and draws the prompt anew. */
  around(how: () => void): void {
    this.#after.push(how);
    this.#flush();
  }

  close(): void {
    this.#closed = true;
  }

  #flush(): void {
    const waits = this.#pending !== '' || this.#dirty || this.#after.length > 0;
    if (this.#busy || this.#closed || !waits) return;
    this.#busy = true;
    const data = this.#erase() + this.#pending;
    this.#pending = '';
    if (this.#after.length > 0) return this.#output.write(data, () => this.#between());
    this.#output.write(data + this.#draw(), () => this.#done());
  }

  #between(): void {
    for (const how of this.#after.splice(0)) how();
    if (!this.#closed) this.#output.write(this.#draw(), () => this.#done());
  }

  #done(): void {
    this.#busy = false;
    if (this.#closed) return;
    this.#flush();
    if (!this.#busy) this.onIdle();
  }

  #erase(): string {
    const row = this.#row;
    this.#row = -1;
    if (row < 0) return '';
    return `${row > 0 ? `\x1b[${row}A` : ''}\r\x1b[J`;
  }

  #draw(): string {
    this.#dirty = false;
    const { cols, rows } = this.#output;
    // Half, because characters may take two columns.
    const room = Math.max(8, ((rows - SPARE_ROWS) * cols - PROMPT.length) >> 1);
    const shown = visible(this.#line.text, this.#line.cursor, room);
    const { cursor, end } = layout(shown.text, shown.cursor, columnsOf(PROMPT), cols);
    const wrap = end.column === 0 && end.row > 0 ? '\r\n' : '';
    const up = end.row > cursor.row ? `\x1b[${end.row - cursor.row}A` : '';
    const right = cursor.column > 0 ? `\x1b[${cursor.column}C` : '';
    this.#row = cursor.row;
    return `${PROMPT_COLOURED}${shown.text}${wrap}${up}\r${right}`;
  }
}
