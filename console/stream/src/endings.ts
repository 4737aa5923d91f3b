/**
 * How connections end, and what follows.
 */
import type { ErrorMessage } from './messages.js';
import type { EndReason } from './state.js';

/** The server restarts: come back, with jitter. */
const RESTART = 1012;
/** Not, or no longer, authenticated. */
export const UNAUTHENTICATED = 4401;
/** Authenticated, but barred. */
const FORBIDDEN = 4403;
/** Not there, or somebody else's. */
const NOT_FOUND = 4404;

/** How a connection has ended. */
export type Ending =
  /** With a close, of the server or of the network (1006). */
  | { kind: 'closed'; code: number }
  /** The client has given it up: nothing was heard, or what was heard makes no sense. */
  | { kind: 'given_up'; why: 'silence' | 'unreadable' | 'gap' | 'not_joined' | 'no_token' };

/** What the client does next. */
export type Next =
  /** Comes back after the usual pause. */
  | { kind: 'backoff' }
  /** Comes back soon. */
  | { kind: 'quick' }
  /** Comes back after the usual pause, with another token. */
  | { kind: 'other_token' }
  /** Stops until it is told to go on. */
  | { kind: 'unauthenticated' }
  /** Stops for good. */
  | { kind: 'ended'; reason: EndReason };

/** What the connection had come to. */
export interface Past {
  /** Whether the session was joined. */
  joined: boolean;
  /** Whether another token can be asked for, and has not been since the last success. */
  otherToken: boolean;
}

/** Decides what follows. */
export function whatFollows(ending: Ending, past: Past): Next {
  if (ending.kind === 'given_up') return { kind: 'backoff' };
  switch (ending.code) {
    case RESTART:
      // A server that is about to end may accept connections for a while; only the first one that
      // it closes is told something new.
      return { kind: past.joined ? 'quick' : 'backoff' };
    case UNAUTHENTICATED:
      return { kind: past.otherToken ? 'other_token' : 'unauthenticated' };
    case FORBIDDEN:
      return { kind: 'ended', reason: 'forbidden' };
    case NOT_FOUND:
      return { kind: 'ended', reason: 'not_found' };
    default:
      return { kind: 'backoff' };
  }
}

/**
 * Errors after which the server does not show the session any more, although it does not close.
 * `answer`: a request is on its way, and this may be what became of it.
 */
export function endOfStream(
  { code, jobId }: Pick<ErrorMessage, 'code' | 'jobId'>,
  answer: boolean,
): EndReason | undefined {
  if (code === 'events_missing') return 'events_missing';
  if (code === 'events_unreadable' && !answer) return 'events_unreadable';
  return code === 'not_found' && jobId === undefined ? 'not_found' : undefined;
}
