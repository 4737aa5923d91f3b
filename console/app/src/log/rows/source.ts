/**
 * The lines of a log from wherever they are: the stream's own, behind those fetched from the server.
 *
 * The stream lets go of the oldest lines of very long logs; numbers never change.
 */
import type { Line, Lines } from '../../session/live/lines';
import { Signal } from '../../session/live/signal';

/** Lines by number; {@link Lines} is one. */
export interface LogSource {
  /** The number of the last line. */
  readonly count: number;
  /** The number of the first line that is here. */
  readonly first: number;
  at(number: number): Line | undefined;
  text(number: number): string;
  numberAt(seq: number): number;
}

/** Lines of the server, followed without a gap by those of the stream. */
export class Joined extends Signal implements LogSource {
  constructor(
    readonly head: Lines,
    readonly live: Lines,
  ) {
    super();
  }

  /** Whether there is no gap: the stream may have let go of more since. */
  get isWhole(): boolean {
    return this.live.first <= this.head.count + 1;
  }

  get count(): number {
    return Math.max(this.head.count, this.live.count);
  }

  get first(): number {
    return Math.min(this.head.first, this.live.first);
  }

  at(number: number): Line | undefined {
    return this.live.at(number) ?? this.head.at(number);
  }

  text(number: number): string {
    return number >= this.live.first ? this.live.text(number) : this.head.text(number);
  }

  numberAt(seq: number): number {
    const first = this.live.at(this.live.first);
    if (first !== undefined && seq > first.seq) return this.live.numberAt(seq);
    return Math.min(this.head.numberAt(seq), this.live.first);
  }
}
