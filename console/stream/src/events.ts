/**
 * The events of a session's stream. Written after `protocol/src/event/mod.rs`; a test compares the two.
 *
 * {@link LeoEvent} is a union by `type`. A server may be newer than its client, so an event of a type
 * that is not in the table is delivered as well: as `unknown`, with its place and its fields.
 */
import type { AgentState, FailureReason } from './jobs.js';

/** The fields of each type, beside those of {@link Place}. */
export interface EventFields {
  job_queued: { prompt: string };
  /** A worker has claimed the job. */
  generation_started: { requestId: string; attempt: number };
  log: { log: LogLine };
  state_change: { state: AgentState };
  phase_designing: { phaseNumber: number };
  phase_designed: { phase: Phase };
  file_start: { path: string };
  /** Text to append to the file. */
  file_chunk: { path: string; chunk: string };
  /** `content` is the whole text, up to 128 KiB; `partial`: the model's answer ended inside the file. */
  file_end: { path: string; size: number; sha256: string; content?: string; partial?: boolean };
  files_written: { count: number };
  deps_installed: object;
  server_started: { url?: string };
  generation_complete: { files: string[]; phases: number };
  thought: { text: string; phase?: number; iteration?: number };
  tool_use: { id: string; name: string; input: unknown };
  tool_result: { toolUseId: string; status: 'success' | 'error' | 'blocked'; output?: string };
  session_start: { iteration: number; agent: 'initializer' | 'coding' };
  progress: { passing: number; total: number };
  info: { message: string };
  /** `reason` is the one that the job fails with, where it ends of this. */
  agent_error: { message: string; reason?: FailureReason };
  subprocess_start: { name: string };
  subprocess_complete: { name: string; durationMs: number; exitCode: number };
  heartbeat: { phase: number; iteration: number; doing?: string };
  /** The total of the job so far, in all its attempts; `call` is the one that has just ended. */
  usage: Usage & { call?: UsageCall };
  checkpoint: { phase: number; state: unknown };
  launching: { step: string; durationMs: number };
  worker_changed: { how: 'adopted' | 'restarted' };
  output_truncated: { limit: number };
  completed: { requestId: string; downloadUrl: string; githubUrl?: string; previewUrl?: string };
  failed: { requestId: string; reason: FailureReason; message: string };
  cancelled: { requestId: string };
  /** Of the session, after the end of the job that it names. */
  artifact_published: { jobId: string; githubUrl?: string; error?: string };
  /** Of the session: what a deploy hook has answered about the job that it names, and what went wrong. */
  deploy_answered: {
    jobId: string;
    host: string;
    status?: number;
    error?: string;
    nextTryAt?: string;
  };
  /** Of the session. */
  session_changed: {
    title?: string;
    currentJob?: string;
    forkedFrom?: { sessionId: string; jobId: string };
  };
}

/** What model calls cost; `costUsd` where the provider says so. */
export interface Usage {
  promptTokens: number;
  completionTokens: number;
  costUsd?: number;
}

/** One call of a model. `estimated`: the provider did not say, the tokens are guessed. */
export interface UsageCall extends Usage {
  model?: string;
  durationMs: number;
  estimated?: boolean;
}

/** A line of output; ANSI sequences are kept. */
export interface LogLine {
  line: string;
  timestamp: string;
  stream: 'stdout' | 'stderr' | 'runner' | 'system';
  level?: string;
}

/** The design of a phase. */
export interface Phase {
  name: string;
  description: string;
  files: { path: string; purpose: string }[];
  isLastPhase: boolean;
}

/** What every event has. */
export interface Place {
  /** Its place in the session's stream, from 1, without gaps. */
  seq: number;
  sessionId: string;
  /** Absent where the event belongs to the session as a whole. */
  jobId?: string;
  /** RFC 3339, UTC. */
  timestamp: string;
}

/** The types of this version. */
export type EventType = keyof EventFields;

/** An event of one of the types of this version. */
export type KnownEvent = { [T in EventType]: { type: T } & Place & EventFields[T] }[EventType];

/** An event of a type that this version does not know. */
export type UnknownEvent = { type: 'unknown' } & Place & {
    /** All fields as received, with the `type` of the newer server. */
    raw: Readonly<Record<string, unknown>>;
  };

/** One event; `switch (event.type)` tells which. */
export type LeoEvent = KnownEvent | UnknownEvent;

const KNOWN: Record<EventType, true> = {
  job_queued: true,
  generation_started: true,
  log: true,
  state_change: true,
  phase_designing: true,
  phase_designed: true,
  file_start: true,
  file_chunk: true,
  file_end: true,
  files_written: true,
  deps_installed: true,
  server_started: true,
  generation_complete: true,
  thought: true,
  tool_use: true,
  tool_result: true,
  session_start: true,
  progress: true,
  info: true,
  agent_error: true,
  subprocess_start: true,
  subprocess_complete: true,
  heartbeat: true,
  usage: true,
  checkpoint: true,
  launching: true,
  worker_changed: true,
  output_truncated: true,
  completed: true,
  failed: true,
  cancelled: true,
  artifact_published: true,
  deploy_answered: true,
  session_changed: true,
};

/** The types of this version, in the order of the contract. */
export const EVENT_TYPES = Object.keys(KNOWN) as readonly EventType[];

/** An event from its fields as received. */
export function eventOf(raw: Record<string, unknown> & Place): LeoEvent {
  if (typeof raw['type'] === 'string' && Object.hasOwn(KNOWN, raw['type'])) {
    return raw as unknown as KnownEvent;
  }
  const { seq, sessionId, jobId, timestamp } = raw;
  const place = { seq, sessionId, timestamp, ...(jobId !== undefined && { jobId }) };
  return { type: 'unknown', ...place, raw };
}
