/**
 * How much of the past a connection still has to bring.
 */
import type { StreamState } from './state.js';

/** The events between a cursor and the head of the stream, at the moment of joining. */
export class Replay {
  readonly #from: number;
  readonly #total: number;

  constructor(from: number, head: number) {
    this.#from = from;
    this.#total = Math.max(0, head - from);
  }

  /** The state of a stream whose cursor has come to `position`. */
  at(position: number): StreamState {
    const replayed = Math.min(position - this.#from, this.#total);
    if (replayed >= this.#total) return { kind: 'connected', replayed: this.#total };
    return { kind: 'replaying', replayed, total: this.#total };
  }
}
