/** What was typed before, kept in this browser for each account. */

/** Lines that are kept. */
const MOST = 200;
/** Longer ones are not kept. */
const LONGEST = 10_000;

export class History {
  readonly #place: string;
  #lines: string[];
  /** Where one is; at the end: the line that is being typed. */
  #at: number;
  #draft = '';

  constructor(user: string) {
    this.#place = `leo.history.${user}`;
    this.#lines = read(this.#place);
    this.#at = this.#lines.length;
  }

  /** Keeps a line, unless it is the last one again. */
  add(line: string): void {
    const kept = read(this.#place);
    if (line.trim() !== '' && line.length <= LONGEST && kept.at(-1) !== line) {
      kept.push(line);
      write(this.#place, kept.slice(-MOST));
    }
    this.#lines = kept.slice(-MOST);
    this.#at = this.#lines.length;
  }

  /** The line before; `now` is what is typed at present. Undefined where there is none. */
  previous(now: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at === this.#lines.length) this.#draft = now;
    this.#at -= 1;
    return this.#lines[this.#at];
  }

  /** The line after; in the end what was typed before one went back. */
  next(): string | undefined {
    if (this.#at >= this.#lines.length) return undefined;
    this.#at += 1;
    return this.#at === this.#lines.length ? this.#draft : this.#lines[this.#at];
  }
}

function read(place: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    return Array.isArray(kept) ? kept.filter((line) => typeof line === 'string') : [];
  } catch {
    return [];
  }
}

function write(place: string, lines: string[]): void {
  try {
    localStorage.setItem(place, JSON.stringify(lines));
  } catch {
    // A browser that keeps nothing has no history after a reload.
  }
}
