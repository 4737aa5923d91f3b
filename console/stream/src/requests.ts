/**
 * Requests over a connection that may break at any time.
 *
 * The server carries messages out one after the other and answers in that order. So a `ping` sent
 * right after a request comes back as a `pong` when the request has been dealt with, and an `error`
 * in between is its. Promise: each request is dealt with at least once, and its outcome reported
 * once; one is on its way at a time, and one whose `pong` did not come is sent again on the next
 * connection. What must not happen twice carries an idempotency key.
 */
import type { ClientMessage, ErrorMessage, SessionState } from './messages.js';

/** Requests that wait at most. */
const MAX_WAITING = 100;

/** Errors of the connection, whatever is on its way: what they hit is sent again. */
const NOT_OF_REQUESTS = new Set([
  'unauthenticated',
  'unauthorized',
  'token_expired',
  'rate_limited',
]);

/** Why a request was not carried out. */
export class RequestError extends Error {
  /** For programs: the server's code, or `too_many_requests`, `closed`. */
  readonly code: string;
  /** The job it is about. */
  readonly jobId: string | undefined;

  constructor(code: string, message: string, jobId?: string) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.jobId = jobId;
  }
}

/** How requests leave. */
export interface Line {
  send(message: ClientMessage): void;
  /** Sends a ping; `answered` runs when the pong is there. */
  ping(answered: () => void): void;
}

interface Waiting {
  message: ClientMessage;
  error?: RequestError;
  state?: SessionState;
  resolve(state: SessionState | undefined): void;
  reject(error: RequestError): void;
}

/** Outlives connections. */
export class Requests {
  #line: Line | undefined;
  #inFlight = false;
  readonly #waiting: Waiting[] = [];

  /** Sends a request as soon as it can be; gives the `state` that came as an answer, if one did. */
  add(message: ClientMessage): Promise<SessionState | undefined> {
    if (this.#waiting.length >= MAX_WAITING) {
      const text = `${MAX_WAITING} requests wait for a connection already`;
      return Promise.reject(new RequestError('too_many_requests', text));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      this.#send();
    });
  }

  /** A connection can take requests. */
  connected(line: Line): void {
    this.#line = line;
    this.#send();
  }

  /** The connection is gone. What it did not confirm stays. */
  disconnected(): void {
    this.#line = undefined;
    this.#inFlight = false;
    const head = this.#waiting[0];
    // A message that is too big is answered, and then the connection is closed.
    if (head?.error) this.#settle(head);
  }

  /** Takes an error; whether it was about a request. */
  error({ code, error, jobId }: ErrorMessage): boolean {
    const head = this.#inFlight ? this.#waiting[0] : undefined;
    if (!head || NOT_OF_REQUESTS.has(code)) return false;
    head.error ??= new RequestError(code, error, jobId);
    return true;
  }

  /** Takes an answer. */
  state(state: SessionState): void {
    const head = this.#inFlight ? this.#waiting[0] : undefined;
    if (head) head.state = state;
  }

  /** Nothing will be carried out any more. */
  fail(code: string, message: string): void {
    this.#line = undefined;
    this.#inFlight = false;
    for (const { reject } of this.#waiting.splice(0)) reject(new RequestError(code, message));
  }

  #send(): void {
    const line = this.#line;
    const head = this.#waiting[0];
    if (!line || !head || this.#inFlight) return;
    this.#inFlight = true;
    line.send(head.message);
    line.ping(() => {
      this.#inFlight = false;
      this.#settle(head);
      this.#send();
    });
  }

  #settle(head: Waiting): void {
    this.#waiting.shift();
    if (head.error) head.reject(head.error);
    else head.resolve(head.state);
  }
}
