/**
 * A stream that is followed against a fake server, and all that it has told.
 */
import { follow, type FollowOptions, type LeoEvent, type StreamState } from '../src/index.js';
import { FakeClock, FakeServer, SESSION } from './fakes.js';

/** A follower and what it has seen. */
export class Harness {
  readonly clock = new FakeClock();
  readonly server = new FakeServer();
  readonly events: LeoEvent[] = [];
  readonly states: StreamState[] = [];
  readonly errors: string[] = [];
  resets = 0;

  /** Follows the session. */
  follow(more: Partial<FollowOptions> = {}) {
    const stream = follow({
      url: 'ws://leo.example/ws',
      sessionId: SESSION,
      WebSocket: this.server.WebSocket,
      clock: this.clock,
      onEvents: (events) => this.events.push(...events),
      onReset: () => {
        this.resets += 1;
        this.events.length = 0;
      },
      onError: ({ code }) => this.errors.push(code),
      ...more,
    });
    this.states.push(stream.state);
    stream.subscribe(() => this.states.push(stream.state));
    return stream;
  }

  /** The places of what was handed out, in that order. */
  get seqs(): number[] {
    return this.events.map((event) => event.seq);
  }

  /** The kinds of the states so far, each run once. */
  get kinds(): string[] {
    const kinds = this.states.map((state) => state.kind);
    return kinds.filter((kind, index) => kind !== kinds[index - 1]);
  }
}

/** The numbers from 1 to `last`. */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
