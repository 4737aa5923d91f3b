/**
 * What a user interface shows about a stream.
 *
 * {@link Observable} fits React's `useSyncExternalStore`: the value is the same object until it
 * changes.
 */
import { guarded } from './guarded.js';

/** Where a stream stands. */
export type StreamState =
  /** A connection is being made; `attempt` counts those before it that came to nothing. */
  | { kind: 'connecting'; attempt: number }
  /** What happened meanwhile is coming: `replayed` of `total` events are there. */
  | { kind: 'replaying'; replayed: number; total: number }
  /** Live, after `replayed` events of the past. */
  | { kind: 'connected'; replayed: number }
  /** The next attempt comes in `inMs` milliseconds; renewed each second. */
  | { kind: 'reconnecting'; inMs: number; attempt: number }
  /** The server does not accept who is there. `retry` tries again, after a login say. */
  | { kind: 'unauthenticated' }
  /** The server will not show this stream; there will be no further attempt. */
  | { kind: 'ended'; reason: EndReason }
  /** Closed by the page. */
  | { kind: 'closed' };

/** Why a server does not show a stream. */
export type EndReason =
  /** The account is barred. */
  | 'forbidden'
  /** There is no such session (any more), or it is somebody else's. */
  | 'not_found'
  /** Events that this client lacks are not stored any more. */
  | 'events_missing'
  /** They are, but what is stored is damaged. */
  | 'events_unreadable';

/** A value that can be watched. */
export class Observable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Changes the value and tells everybody. */
  set(value: T): void {
    this.#value = value;
    for (const listener of [...this.#listeners]) guarded(listener);
  }

  /** Calls `listener` after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
