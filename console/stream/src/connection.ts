/**
 * One connection, from the first step to its end.
 *
 * It asks for a token, dials, authenticates, joins the session, and passes on what arrives. Promise:
 * it ends exactly once, by itself where nothing comes of it in time, and is silent from then on,
 * whatever its socket still does. What follows its end is decided elsewhere.
 */
import { nothing, type Clock } from './clock.js';
import { UNAUTHENTICATED, type Ending } from './endings.js';
import { Heartbeat } from './heartbeat.js';
import { read, type Batch, type ClientMessage, type ServerMessage } from './messages.js';
import type { Patience } from './patience.js';
import type { Line } from './requests.js';
import type { Socket, SocketConstructor } from './socket.js';

/** How long it may take until the session is joined. */
const JOIN_MS = 15_000;
/** How long after a refusal the server may take to close; then the client does. */
const CLOSE_MS = 1_000;

/** What to connect to, and how. */
export interface Target {
  url: string;
  sessionId: string;
  WebSocket: SocketConstructor;
  clock: Clock;
  patience: Patience;
  /** Gives a bearer token; nothing where the browser's cookie says who is there. */
  token(): Promise<string | undefined> | string | undefined;
}

/** Who is told. */
export interface Receiver {
  /** `chars`: the size of the frame. */
  batch(batch: Batch, chars: number): void;
  message(message: Exclude<ServerMessage, { type: 'pong' }>): void;
  ended(ending: Ending): void;
}

/** One connection. */
export class Connection implements Line {
  readonly #target: Target;
  readonly #receiver: Receiver;
  readonly #pongs: (() => void)[] = [];
  #socket: Socket | undefined;
  #heartbeat: Heartbeat | undefined;
  #joined = false;
  #over = false;
  #deadline = nothing;

  constructor(target: Target, receiver: Receiver) {
    this.#target = target;
    this.#receiver = receiver;
  }

  /** Whether the session has been joined. */
  get joined(): boolean {
    return this.#joined;
  }

  /** Connects, and joins the session behind `after`. Never throws: failing is an ending. */
  async open(after: number): Promise<void> {
    if (this.#over) return;
    const { clock, patience } = this.#target;
    this.#deadline = clock.after(JOIN_MS * patience.factor, () => {
      patience.grow();
      this.giveUp('not_joined');
    });
    try {
      const token = await this.#target.token();
      if (!this.#over) this.#dial(token, after);
    } catch {
      this.giveUp('no_token');
    }
  }

  /** Sends a message. Nothing is queued: a connection that cannot send is about to end. */
  send(message: ClientMessage): void {
    if (!this.#over) this.#socket?.send(JSON.stringify(message));
  }

  ping(answered: () => void): void {
    // Pongs come in the order of the pings.
    this.#pongs.push(answered);
    this.send({ type: 'ping' });
  }

  /** Joins the session behind `after`. */
  join(after: number): void {
    const { sessionId } = this.#target;
    this.send({ type: 'join_session', sessionId, after, batch: true });
  }

  /** Asks whether the other side is still there. */
  probe(): void {
    this.#heartbeat?.probe();
  }

  /** Ends it because it is of no use. */
  giveUp(why: Extract<Ending, { kind: 'given_up' }>['why']): void {
    this.#end({ kind: 'given_up', why });
  }

  /** Ends it without a word to the receiver. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadline();
    this.#heartbeat?.stop();
    const socket = this.#socket;
    if (!socket) return;
    // A dead peer does not answer the close, and a socket may wait long for that.
    socket.onopen = socket.onmessage = socket.onclose = null;
    // The package `ws` throws errors that nobody listens to.
    socket.onerror = () => {};
    socket.close(1000);
  }

  #end(ending: Ending): void {
    if (this.#over) return;
    this.close();
    this.#receiver.ended(ending);
  }

  #dial(token: string | undefined, after: number): void {
    const socket = this.#open();
    if (!socket) return this.#end({ kind: 'closed', code: 1006 });
    this.#socket = socket;
    socket.onopen = () => {
      // Messages are carried out in order, so nothing has to be waited for in between.
      if (token !== undefined) this.send({ type: 'authenticate', token });
      this.join(after);
    };
    socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data);
    socket.onclose = ({ code }: { code: number }) => this.#end({ kind: 'closed', code });
    // A close follows.
    socket.onerror = () => {};
  }

  /** Constructors throw, for example where a page may not connect to such an address. */
  #open(): Socket | undefined {
    try {
      return new this.#target.WebSocket(this.#target.url);
    } catch {
      return undefined;
    }
  }

  #receive(data: unknown): void {
    const frame = read(data);
    this.#heartbeat?.heard();
    if (!frame) return this.giveUp('unreadable');
    if (frame.kind === 'batch') this.#receiver.batch(frame.batch, (data as string).length);
    if (frame.kind === 'message') this.#message(frame.message);
  }

  #message(message: ServerMessage): void {
    if (message.type === 'pong') return this.#pongs.shift()?.();
    if (message.type === 'session_joined') this.#welcome();
    if (message.type === 'error' && !this.#joined) this.#refused(message.code);
    this.#receiver.message(message);
  }

  #welcome(): void {
    this.#joined = true;
    this.#deadline();
    const { clock, patience } = this.#target;
    this.#heartbeat ??= new Heartbeat(clock, patience, {
      ping: (answered) => this.ping(answered),
      dead: () => this.giveUp('silence'),
    });
  }

  /** Nothing comes of it any more. Mostly the server closes and says why. */
  #refused(code: string): void {
    this.#deadline();
    this.#deadline = this.#target.clock.after(CLOSE_MS, () => {
      if (code === 'unauthenticated') this.#end({ kind: 'closed', code: UNAUTHENTICATED });
      else this.giveUp('not_joined');
    });
  }
}
