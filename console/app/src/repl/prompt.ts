/**
 * The prompt line: takes what is typed, completes it, and carries it out.
 *
 * Commands are carried out one after the other; what is typed meanwhile waits on its line.
 */
import { words } from '../ui/notice';
import { carryOut, complete, type Actions } from './commands';
import type { History } from './history';
import {
  CLEAR,
  DOWN,
  EDITS,
  ENTER,
  INTERRUPT,
  NEXT,
  pasted,
  PREVIOUS,
  TAB,
  typed,
  UP,
} from './keys';
import type { Line } from './line';
import { paint, plain } from './say';
import type { Screen } from './screen';

export class Prompt {
  readonly #line: Line;
  readonly #screen: Screen;
  readonly #history: History;
  readonly #actions: Actions;
  #running: Promise<void> = Promise.resolve();

  constructor(line: Line, screen: Screen, history: History, actions: Actions) {
    this.#line = line;
    this.#screen = screen;
    this.#history = history;
    this.#actions = actions;
  }

  /** Takes what the terminal sends. */
  take(data: string): void {
    const paste = pasted(data);
    if (paste !== undefined) this.#line.insert(paste);
    else if (!this.#key(data) && !data.startsWith('\x1b')) this.#type(data);
    this.#screen.refresh();
  }

  /** Text that came without brackets may hold line ends: each ends a line. */
  #type(data: string): void {
    const [first = '', ...others] = data.split('\r');
    this.#line.insert(typed(first));
    for (const other of others) {
      this.#enter();
      this.#line.insert(typed(other));
    }
  }

  #key(data: string): boolean {
    const edit = EDITS.get(data);
    if (edit !== undefined) edit(this.#line);
    else if (data === ENTER) this.#enter();
    else if (data === TAB) this.#complete();
    else if (data === UP || data === PREVIOUS)
      this.#recall(this.#history.previous(this.#line.text));
    else if (data === DOWN || data === NEXT) this.#recall(this.#history.next());
    else if (data === CLEAR) this.#screen.clear();
    else if (data === INTERRUPT) this.#interrupt();
    else return false;
    return true;
  }

  #recall(line: string | undefined): void {
    if (line !== undefined) this.#line.set(line);
  }

  #interrupt(): void {
    this.#line.end();
    this.#line.insert('^C');
    this.#screen.commit();
  }

  #complete(): void {
    const found = complete(this.#line.text.slice(0, this.#line.cursor));
    const [only] = found;
    if (only !== undefined && found.length === 1) this.#line.set(`${only} `);
    else if (found.length > 1) this.#screen.print(`  ${found.join('  ')}`);
  }

  #enter(): void {
    const { text } = this.#line;
    this.#screen.commit();
    if (text.trim() === '') return;
    this.#history.add(text);
    this.#running = this.#running.then(() => this.#carryOut(text));
  }

  async #carryOut(text: string): Promise<void> {
    try {
      const said = await carryOut(text, this.#actions);
      if (said.length > 0) this.#screen.print(...said);
    } catch (error) {
      this.#screen.print(paint('failed', plain(words(error))));
    }
  }
}
