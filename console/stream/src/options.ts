/**
 * What a page gives to a stream, and what it gets.
 */
import type { Clock } from './clock.js';
import type { LeoEvent } from './events.js';
import type { ErrorMessage, Generation, SessionJoined, SessionState } from './messages.js';
import type { SocketConstructor } from './socket.js';
import type { StreamState } from './state.js';
import type { Surroundings } from './wakeups.js';

/** How to follow a session. */
export interface FollowOptions {
  /** The address of `/ws`, see `websocketUrl`. */
  url: string | URL;
  sessionId: string;
  /** The last `seq` that the page has; 0, the default, for everything. */
  after?: number;
  /**
   * Gives a bearer token for the next connection, or nothing where the browser's cookie says who is
   * there. `refused`: the last one was not accepted, so a kept one will not do. If it throws, the
   * attempt has failed and is repeated later.
   */
  token?(context: { refused: boolean }): Promise<string | undefined> | string | undefined;
  /**
   * Takes events: consecutive ones, never empty. Not awaited; what takes long holds up the
   * acknowledgement only while it runs.
   */
  onEvents(events: readonly LeoEvent[]): void;
  /** Everything that was handed out is void; the stream begins again with `seq` 1. */
  onReset?(): void;
  /** The session has been joined, on each connection anew; tells the latest jobs. */
  onJoined?(message: SessionJoined): void;
  /** The server reports something that is no answer to a request. */
  onError?(message: ErrorMessage): void;
  /** Default: the platform's own. */
  WebSocket?: SocketConstructor;
  /** Default: those of the page. */
  surroundings?: Surroundings;
  /** Default: the machine's. */
  clock?: Clock;
}

/** What has happened so far; for diagnosis. */
export interface StreamCounts {
  /** Handed out. */
  readonly events: number;
  /** Dropped because they had been handed out. */
  readonly duplicates: number;
  /** Frames that began too late; each is a defect of the server, repaired by a new connection. */
  readonly gaps: number;
  /** Attempts to connect. */
  readonly connections: number;
  /** Times that the stream began again. */
  readonly resets: number;
}

/** A session's stream. */
export interface LeoStream {
  /** Where it stands; the same object until it changes. */
  readonly state: StreamState;
  /** The last `seq` that was handed out: `after` of a later stream. */
  readonly position: number;
  readonly counts: StreamCounts;
  /** Calls `listener` after each change of `state`, until the returned function is called. */
  subscribe(listener: () => void): () => void;
  /**
   * Submits a job. Resolves when the server has accepted it, after as many connections as that
   * takes; the job itself comes as `job_queued`. Whoever tries again after an error passes the same
   * `idempotencyKey` again, so that there is one job at the end.
   *
   * Rejects with a `RequestError`.
   */
  start(generation: Generation, idempotencyKey?: string): Promise<void>;
  /** Asks a job to stop; `cancelled` tells when it has. Rejects with a `RequestError`. */
  cancel(jobId: string): Promise<void>;
  /** Asks for the session's state. Rejects with a `RequestError`. */
  getState(): Promise<SessionState | undefined>;
  /** Connects at once, where a connection is waited for or the stream is `unauthenticated`. */
  retry(): void;
  /** Ends it. Requests that wait are rejected; nothing is handed out any more. */
  close(): void;
}
