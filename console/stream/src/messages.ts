/**
 * The messages of `/ws`. Written after `protocol/src/repl.rs`.
 *
 * {@link read} is the one place where text from the server becomes values. It checks what the module
 * itself relies on, and trusts the server with the fields that it only passes on.
 */
import { eventOf, type LeoEvent, type Place } from './events.js';
import type { AgentState, Budget, Job, Mode } from './jobs.js';

/** What may be asked of a generation. */
export interface Generation {
  prompt: string;
  mode?: Mode;
  /** The most phases. */
  maxIterations?: number;
  model?: string;
  /** What its model calls may cost. */
  budget?: Budget;
}

/** What a client sends. */
export type ClientMessage =
  | { type: 'authenticate'; token: string }
  | { type: 'join_session'; sessionId: string; after: number; batch: true }
  | ({ type: 'start_generation'; sessionId: string; idempotencyKey: string } & Generation)
  | { type: 'cancel_generation'; jobId: string }
  | { type: 'get_state'; sessionId: string }
  | { type: 'ack'; sessionId: string; seq: number }
  | { type: 'ping' };

/** The stream follows. */
export interface SessionJoined {
  type: 'session_joined';
  sessionId: string;
  /** The head of the stream at that moment. */
  lastSeq: number;
  /** The session's latest jobs, newest first. */
  jobs: Job[];
}

/** The answer to `get_state`. */
export interface SessionState {
  type: 'state';
  sessionId: string;
  lastSeq: number;
  jobs: Job[];
  agentState: AgentState;
  /** The files that the running (or last) job has finished, with their sizes in bytes. */
  files: Record<string, number>;
}

/** Something did not work. */
export interface ErrorMessage {
  type: 'error';
  /** For people. */
  error: string;
  /** For programs. */
  code: string;
  /** The session it is about. */
  sessionId?: string;
  jobId?: string;
}

/** What the server sends beside events, as far as the module needs it. */
export type ServerMessage =
  | SessionJoined
  | SessionState
  | ErrorMessage
  | { type: 'reset'; sessionId: string; lastSeq: number }
  | { type: 'pong' };

/** Consecutive events. */
export interface Batch {
  sessionId: string;
  /** The `seq` of the first one. */
  first: number;
  events: LeoEvent[];
}

/** What a frame holds. */
export type Frame =
  | { kind: 'batch'; batch: Batch }
  | { kind: 'message'; message: ServerMessage }
  /** Something that needs no answer, perhaps of a newer server. */
  | { kind: 'other' };

type Fields = Record<string, unknown>;

/** Reads a frame; `undefined` when it is not what a server of Leo sends. */
export function read(data: unknown): Frame | undefined {
  const fields = parse(data);
  if (typeof fields?.['type'] !== 'string') return undefined;
  switch (fields['type']) {
    case 'events':
      return batch(fields);
    case 'session_joined':
    case 'state':
    case 'reset':
      return isPlace(fields['lastSeq']) ? message(fields) : undefined;
    case 'error':
    case 'pong':
      return message(fields);
    default:
      return 'seq' in fields ? single(fields) : { kind: 'other' };
  }
}

function parse(data: unknown): Fields | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function message(fields: Fields): Frame {
  return { kind: 'message', message: fields as unknown as ServerMessage };
}

/** Writes into each event what stands once per batch. */
function batch(fields: Fields): Frame | undefined {
  const { sessionId, first, jobId, events } = fields;
  if (typeof sessionId !== 'string' || !isPlace(first)) return undefined;
  if (!Array.isArray(events) || !events.every(isObject)) return undefined;
  const placed = events.map((event, index) => {
    event['seq'] = first + index;
    event['sessionId'] = sessionId;
    // `artifact_published` and `deploy_answered` belong to the session and name a job themselves.
    if (jobId !== undefined) event['jobId'] ??= jobId;
    return eventOf(event as Fields & Place);
  });
  return { kind: 'batch', batch: { sessionId, first, events: placed } };
}

function single(fields: Fields): Frame | undefined {
  const { sessionId, seq } = fields;
  if (typeof sessionId !== 'string' || !isPlace(seq)) return undefined;
  const events = [eventOf(fields as Fields & Place)];
  return { kind: 'batch', batch: { sessionId, first: seq, events } };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
