/** Which lines are shown: all, or those of one stream. Positions count them without gaps. */
import type { LogLine } from '@leo/stream';
import type { LogSource } from './source';

/** Lines of which stream; `system` are also those of the runner. */
export type StreamFilter = 'all' | 'stdout' | 'stderr' | 'system';

function isOf(stream: LogLine['stream'], filter: StreamFilter): boolean {
  return stream === filter || (filter === 'system' && stream === 'runner');
}

export class Wanted {
  #source: LogSource | undefined;
  #filter: StreamFilter = 'all';
  /** The numbers at the positions; undefined: a line's position is its number. */
  #numbers: number[] | undefined;
  /** Lines looked at. */
  #seen = 0;
  #first = 0;
  /** The first position, and the one behind the last. */
  from = 1;
  to = 1;

  /** Looks at what is new; returns whether positions mean other lines than before. */
  update(source: LogSource, filter: StreamFilter): boolean {
    const isShorter = this.#numbers !== undefined && source.first !== this.#first;
    const isOther = source !== this.#source || filter !== this.#filter || isShorter;
    if (isOther) {
      this.#numbers = filter === 'all' ? undefined : [];
      this.#seen = source.first - 1;
    }
    this.#source = source;
    this.#filter = filter;
    this.#first = source.first;
    if (this.#numbers === undefined) {
      [this.from, this.to] = [source.first, source.count + 1];
    } else {
      this.#look(source, this.#numbers);
      [this.from, this.to] = [0, this.#numbers.length];
    }
    return isOther;
  }

  #look(source: LogSource, numbers: number[]): void {
    for (let number = this.#seen + 1; number <= source.count; number += 1) {
      const line = source.at(number);
      if (line !== undefined && isOf(line.stream, this.#filter)) numbers.push(number);
    }
    this.#seen = source.count;
  }

  /** The line at a position. */
  number(position: number): number {
    return this.#numbers === undefined ? position : (this.#numbers[position] ?? this.#seen + 1);
  }

  /** The position of a line, or of the next wanted one. */
  position(number: number): number {
    if (this.#numbers === undefined) return Math.max(this.from, Math.min(number, this.to));
    let [low, high] = [0, this.#numbers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
