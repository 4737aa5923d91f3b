/**
 * The printed lines of a job, by number.
 *
 * Line numbers count the job's `log` events from 1 and never change: they are what links lead to and what
 * the server's search answers with. Kept in columns, because there are hundreds of thousands of them.
 */
import type { LogLine } from '@leo/stream';
import { Signal } from './signal';

/** One line. */
export interface Line {
  /** From 1. */
  number: number;
  /** The text with its ANSI sequences. */
  text: string;
  /** When it was printed, in milliseconds since 1970. */
  at: number;
  stream: LogLine['stream'];
  level: string | undefined;
  /** Its place in the session's stream. */
  seq: number;
}

/** Lines that are let go at once when there are too many; one by one would cost too much. */
const PIECE = 10_000;

/** The lines of a job. */
export class Lines extends Signal {
  #text: string[] = [];
  #at: number[] = [];
  #stream: LogLine['stream'][] = [];
  #seq: number[] = [];
  readonly #levels = new Map<number, string>();
  #gone = 0;

  /** Lines so far: the number of the last one. */
  get count(): number {
    return this.#gone + this.#text.length;
  }

  /** The number of the first line that is still here; the server has those before it. */
  get first(): number {
    return this.#gone + 1;
  }

  /** How many are here. */
  get kept(): number {
    return this.#text.length;
  }

  /** The line of that number, if it is here. */
  at(number: number): Line | undefined {
    const index = number - 1 - this.#gone;
    const text = this.#text[index];
    if (text === undefined) return undefined;
    return {
      number,
      text,
      at: this.#at[index] ?? 0,
      stream: this.#stream[index] ?? 'stdout',
      level: this.#levels.get(number),
      seq: this.#seq[index] ?? 0,
    };
  }

  /** The text of that number alone; for what looks at many. */
  text(number: number): string {
    return this.#text[number - 1 - this.#gone] ?? '';
  }

  /** The number of the first line whose `seq` is not below that; `count + 1` where there is none. */
  numberAt(seq: number): number {
    let [low, high] = [0, this.#seq.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seq[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return this.#gone + low + 1;
  }

  /** Adds a line behind the others. */
  push(seq: number, log: LogLine): void {
    this.#text.push(log.line);
    this.#at.push(Date.parse(log.timestamp));
    this.#stream.push(log.stream);
    this.#seq.push(seq);
    if (log.level !== undefined) this.#levels.set(this.count, log.level);
    this.touch();
  }

  /** Lets the oldest go, about `PIECE` of them. */
  shorten(): void {
    const removed = Math.min(PIECE, this.#text.length);
    this.#text = this.#text.slice(removed);
    this.#at = this.#at.slice(removed);
    this.#stream = this.#stream.slice(removed);
    this.#seq = this.#seq.slice(removed);
    this.#gone += removed;
    for (const number of this.#levels.keys()) if (number <= this.#gone) this.#levels.delete(number);
    this.touch();
  }
}
