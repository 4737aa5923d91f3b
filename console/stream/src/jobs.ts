/**
 * Jobs, as they come with a stream. Written after `protocol/src/http.rs` and `protocol/src/job.rs`.
 */

/** Where a job stands. */
export type JobStatus = 'queued' | 'generating' | 'completed' | 'failed' | 'cancelled';

/** What the agent is asked to do. */
export type Mode = 'autonomous' | 'plan' | 'edit' | 'features';

/** What the agent does. */
export type AgentState =
  | 'idle'
  | 'designing_phase'
  | 'implementing_phase'
  | 'installing_deps'
  | 'starting_server'
  | 'complete'
  | 'error'
  | 'cancelled';

/** Why a job failed. Names are added to it, and none is taken away. */
export type FailureReason =
  | 'worker_lost'
  | 'launch_failed'
  | 'exit_code'
  | 'timeout'
  | 'no_output'
  | 'out_of_memory'
  | 'disk_limit'
  | 'output_limit'
  | 'image_missing'
  | 'artifact_rejected'
  | 'provider_error'
  | 'budget_exceeded'
  | 'internal';

/** A limit in tokens, in US dollars, or both: what comes first. */
export interface Budget {
  tokens?: number;
  usd?: number;
}

/** A job. Times are RFC 3339 in UTC. */
export interface Job {
  id: string;
  sessionId: string;
  status: JobStatus;
  prompt: string;
  mode: Mode;
  maxIterations: number;
  model: string | null;
  /** Container runs so far. */
  attempt: number;
  /** The job that this one retries. */
  retryOf?: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** Why it failed: for programs and for people. */
  error?: { reason: FailureReason; message: string };
  downloadUrl?: string;
  githubUrl?: string;
  previewUrl?: string;
  /** What its model calls may cost. */
  budget?: Budget;
  usage?: unknown;
  /** Where it stands while it is queued; from 1, `1000+` beyond a thousand. */
  queue?: { position: string; reason: string };
}
