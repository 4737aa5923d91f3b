/**
 * A session's stream, followed through everything that may happen to a connection.
 *
 * Promise: each event is handed out once, in order, without a gap; what a connection did not bring,
 * the next one does. Only {@link LeoStream.close} and a final refusal end it.
 */
import { Acks } from './acks.js';
import { Backoff } from './backoff.js';
import { nothing, systemClock, type Clock } from './clock.js';
import { Connection, type Target } from './connection.js';
import { Cursor } from './cursor.js';
import { endOfStream, whatFollows, type Ending } from './endings.js';
import type { LeoEvent } from './events.js';
import { guarded } from './guarded.js';
import { idempotencyKey } from './key.js';
import type { Batch, ErrorMessage, Generation, ServerMessage } from './messages.js';
import type { SessionJoined, SessionState } from './messages.js';
import type { FollowOptions, LeoStream, StreamCounts } from './options.js';
import { Patience } from './patience.js';
import { Replay } from './replay.js';
import { Requests } from './requests.js';
import { platformSocket } from './socket.js';
import { Observable, type StreamState } from './state.js';
import { pageSurroundings, watch } from './wakeups.js';

/** A connection that has lasted so long is not part of a series of failures. */
const STABLE_MS = 5_000;
/** How often the pause before the next attempt is told. */
const COUNTDOWN_MS = 1_000;

/** Follows a session from now on. Throws where the platform has no WebSocket and none is given. */
export function follow(options: FollowOptions): LeoStream {
  const stream = new Stream(options);
  stream.retry();
  return stream;
}

class Stream implements LeoStream {
  readonly #options: FollowOptions;
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #cursor: Cursor;
  readonly #backoff: Backoff;
  readonly #requests = new Requests();
  readonly #state = new Observable<StreamState>({ kind: 'connecting', attempt: 0 });
  readonly #counts = { events: 0, duplicates: 0, gaps: 0, connections: 0, resets: 0 };
  readonly #unwatch: () => void;
  #connection: Connection | undefined;
  #acks: Acks | undefined;
  #replay = new Replay(0, 0);
  #joinedAt: number | undefined;
  /** Whether the last token was refused. */
  #refused = false;
  #timer = nothing;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#cursor = new Cursor(options.after ?? 0);
    this.#backoff = new Backoff(this.#clock);
    this.#target = this.#makeTarget();
    this.#unwatch = watch(options.surroundings ?? pageSurroundings(), () => this.#wake());
  }

  get state(): StreamState {
    return this.#state.value;
  }

  get position(): number {
    return this.#cursor.position;
  }

  get counts(): StreamCounts {
    return { ...this.#counts };
  }

  // A property, so that it can be handed on without its stream.
  readonly subscribe = (listener: () => void): (() => void) => this.#state.subscribe(listener);

  async start(generation: Generation, key = idempotencyKey()): Promise<void> {
    const { sessionId } = this.#options;
    const message = { type: 'start_generation', sessionId, idempotencyKey: key } as const;
    await this.#ask({ ...generation, ...message });
  }

  async cancel(jobId: string): Promise<void> {
    await this.#ask({ type: 'cancel_generation', jobId });
  }

  async getState(): Promise<SessionState | undefined> {
    return this.#ask({ type: 'get_state', sessionId: this.#options.sessionId });
  }

  retry(): void {
    const { kind } = this.state;
    if (this.#connection || kind === 'closed' || kind === 'ended') return;
    this.#connect();
  }

  close(): void {
    if (this.state.kind !== 'closed') this.#stop({ kind: 'closed' });
  }

  #makeTarget(): Target {
    const { url, sessionId, token } = this.#options;
    const WebSocket = this.#options.WebSocket ?? platformSocket();
    if (!WebSocket) throw new TypeError('this platform has no WebSocket: pass one');
    return {
      url: new URL(url).href,
      sessionId,
      WebSocket,
      clock: this.#clock,
      patience: new Patience(),
      token: () => token?.({ refused: this.#refused }),
    };
  }

  #ask(message: Parameters<Requests['add']>[0]): Promise<SessionState | undefined> {
    const answer = this.#requests.add(message);
    // What was asked of a stream that has stopped fails like what was asked before.
    if (STOPPED.has(this.state.kind)) this.#failRequests();
    return answer;
  }

  #failRequests(): void {
    this.#requests.fail('closed', `the stream is ${this.state.kind}`);
  }

  #connect(): void {
    this.#timer();
    this.#counts.connections += 1;
    const connection = new Connection(this.#target, {
      batch: (batch, chars) => this.#take(batch, chars),
      message: (message) => this.#message(message),
      ended: (ending) => this.#ended(ending),
    });
    this.#connection = connection;
    this.#state.set({ kind: 'connecting', attempt: this.#backoff.attempt });
    void connection.open(this.#cursor.position);
  }

  #message(message: Exclude<ServerMessage, { type: 'pong' }>): void {
    switch (message.type) {
      case 'session_joined':
        return this.#joined(message);
      case 'reset':
        return this.#reset();
      case 'state':
        return this.#requests.state(message);
      case 'error':
        return this.#error(message);
    }
  }

  #joined(message: SessionJoined): void {
    const connection = this.#connection;
    if (!connection || message.sessionId !== this.#options.sessionId) return;
    const { sessionId } = message;
    this.#joinedAt = this.#clock.now();
    this.#refused = false;
    this.#acks = new Acks(this.#clock, (seq) => connection.send({ type: 'ack', sessionId, seq }));
    // The first one tells the server to wait for others, before it sends a long past.
    this.#acks.now(this.#cursor.position);
    this.#replay = new Replay(this.#cursor.position, message.lastSeq);
    this.#requests.connected(connection);
    guarded(() => this.#options.onJoined?.(message));
    if (this.#connection === connection) this.#state.set(this.#replay.at(this.#cursor.position));
  }

  /** The stream is shorter than what this client has seen: it is another one, a restored one say. */
  #reset(): void {
    if (this.#cursor.position === 0) return this.#connection?.giveUp('unreadable');
    this.#counts.resets += 1;
    this.#cursor.reset();
    guarded(() => this.#options.onReset?.());
    this.#connection?.join(0);
  }

  #take({ sessionId, first, events }: Batch, chars: number): void {
    const connection = this.#connection;
    if (sessionId !== this.#options.sessionId) return;
    const verdict = this.#cursor.accept(first, events.length);
    if (verdict.kind === 'gap') {
      this.#counts.gaps += 1;
      return connection?.giveUp('gap');
    }
    const skip = verdict.kind === 'news' ? verdict.skip : events.length;
    this.#counts.duplicates += skip;
    if (skip < events.length) this.#deliver(skip === 0 ? events : events.slice(skip));
    this.#acks?.done(this.#cursor.position, chars);
    if (this.state.kind === 'replaying') this.#state.set(this.#replay.at(this.#cursor.position));
  }

  #deliver(events: LeoEvent[]): void {
    this.#counts.events += events.length;
    guarded(() => this.#options.onEvents(events));
  }

  #error(message: ErrorMessage): void {
    const taken = this.#requests.error(message);
    const reason = endOfStream(message, taken);
    if (reason) return this.#stop({ kind: 'ended', reason });
    if (!taken) guarded(() => this.#options.onError?.(message));
  }

  #ended(ending: Ending): void {
    const joined = this.#detach();
    const otherToken = this.#options.token !== undefined && !this.#refused;
    const next = whatFollows(ending, { joined, otherToken });
    switch (next.kind) {
      case 'ended':
      case 'unauthenticated':
        return this.#stop(next);
      case 'quick':
        return this.#pause(this.#backoff.quick());
      case 'other_token':
        this.#refused = true;
        return this.#pause(this.#backoff.next());
      case 'backoff':
        return this.#pause(this.#backoff.next());
    }
  }

  /** Forgets the connection; whether it had joined the session. */
  #detach(): boolean {
    const joinedAt = this.#joinedAt;
    if (joinedAt !== undefined && this.#clock.now() - joinedAt >= STABLE_MS) this.#backoff.reset();
    this.#acks?.stop();
    this.#requests.disconnected();
    this.#connection = this.#acks = this.#joinedAt = undefined;
    return joinedAt !== undefined;
  }

  #pause(ms: number): void {
    const until = this.#clock.now() + ms;
    const tick = () => {
      const inMs = Math.max(0, until - this.#clock.now());
      if (inMs === 0) return this.#connect();
      this.#timer = this.#clock.after(Math.min(inMs, COUNTDOWN_MS), tick);
      this.#state.set({ kind: 'reconnecting', inMs, attempt: this.#backoff.attempt });
    };
    tick();
  }

  #wake(): void {
    if (this.state.kind === 'reconnecting') this.#connect();
    else this.#connection?.probe();
  }

  #stop(state: StreamState): void {
    this.#timer();
    this.#connection?.close();
    this.#detach();
    if (state.kind !== 'unauthenticated') this.#unwatch();
    this.#state.set(state);
    this.#failRequests();
  }
}

/** States in which nothing is carried out. */
const STOPPED: ReadonlySet<StreamState['kind']> = new Set(['closed', 'ended', 'unauthenticated']);
