/**
 * A clock that stands still until it is moved, and a server that does what a test says.
 */
import type { Cancel, Clock } from '../src/clock.js';
import type { ClientMessage } from '../src/messages.js';
import type { Socket } from '../src/socket.js';

export const SESSION = '01890000-0000-7000-8000-000000000001';
export const JOB = '01890000-0000-7000-8000-000000000002';
export const TIME = '2026-01-01T00:00:00.000Z';

/** Lets everything happen that waits for no time. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Time that passes when `advance` says so. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: { at: number; run: () => void }[] = [];
  /** What `random` gives. */
  chance: () => number = () => 0.5;

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Cancel {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  random(): number {
    return this.chance();
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Moves on, and stops at each timer on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.at);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.run();
      await settle();
    }
    this.#now = end;
  }

  /** The machine sleeps: all that was due meanwhile happens at its end. */
  async sleep(ms: number): Promise<void> {
    this.#now += ms;
    await this.advance(0);
  }

  #next(end: number) {
    const due = this.#timers.filter((timer) => timer.at <= end);
    return due.sort((a, b) => a.at - b.at)[0];
  }
}

/** The server's side of a socket. */
export class FakeSocket implements Socket {
  onopen: ((event: never) => unknown) | null = null;
  onmessage: ((event: never) => unknown) | null = null;
  onclose: ((event: never) => unknown) | null = null;
  onerror: ((event: never) => unknown) | null = null;
  /** What the client has sent. */
  readonly sent: ClientMessage[] = [];
  /** Whether either side has closed it. */
  closed = false;
  readonly #server: FakeServer;

  constructor(server: FakeServer) {
    this.#server = server;
  }

  send(data: string): void {
    const message = JSON.parse(data) as ClientMessage;
    this.sent.push(message);
    if (!this.closed) this.#server.answer(this, message);
  }

  close(): void {
    this.closed = true;
  }

  /** What the client has sent of a type. */
  of<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.sent.filter((message) => message.type === type) as never;
  }

  open(): void {
    (this.onopen as (() => void) | null)?.();
  }

  say(message: object | string): void {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    (this.onmessage as ((event: { data: string }) => void) | null)?.({ data });
  }

  /** Closes it from the server's side. */
  drop(code = 1006): void {
    this.closed = true;
    (this.onclose as ((event: { code: number }) => void) | null)?.({ code });
  }

  joined(lastSeq: number): void {
    this.say({ type: 'session_joined', sessionId: SESSION, lastSeq, jobs: [] });
  }

  /** An `events` frame with the events from `first` to `last`. */
  events(first: number, last: number): void {
    const events = [];
    for (let seq = first; seq <= last; seq += 1) events.push(info(seq));
    this.say({ type: 'events', sessionId: SESSION, first, jobId: JOB, events });
  }

  error(code: string, jobId?: string): void {
    this.say({ type: 'error', error: `about ${code}`, code, jobId });
  }
}

function info(seq: number) {
  return { timestamp: TIME, type: 'info', message: `event ${seq}` };
}

type Answers = {
  [T in ClientMessage['type']]?: (
    socket: FakeSocket,
    message: Extract<ClientMessage, { type: T }>,
  ) => void;
};

/** Answers as a test says; by default it joins to an empty stream and answers pings. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  /** Whether sockets open by themselves. */
  reachable = true;
  readonly answers: Answers = {
    join_session: (socket, { after }) => socket.joined(after),
    ping: (socket) => socket.say({ type: 'pong' }),
  };

  /** What a client is given to connect with. */
  readonly WebSocket: new (url: string) => Socket;

  constructor() {
    const connect = () => this.#connect();
    this.WebSocket = function () {
      return connect();
    } as never;
  }

  /** The socket that was opened last. */
  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (!last) throw new Error('nobody has connected');
    return last;
  }

  answer(socket: FakeSocket, message: ClientMessage): void {
    const answer = this.answers[message.type] as
      ((socket: FakeSocket, message: ClientMessage) => void) | undefined;
    // The network takes its time: no answer comes before `send` has returned.
    queueMicrotask(() => answer?.(socket, message));
  }

  #connect(): FakeSocket {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    queueMicrotask(() => (this.reachable ? socket.open() : socket.drop()));
    return socket;
  }
}
