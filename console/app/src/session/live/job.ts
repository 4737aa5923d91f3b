/**
 * One job of a session, as its events tell it.
 *
 * {@link LiveJob} is mutable and watched, see `signal.ts`. Only `fold.ts` writes to it.
 */
import type { AgentState, FailureReason, Job, JobStatus, LeoEvent, Usage } from '@leo/stream';
import { Files } from './files';
import { Lines } from './lines';
import { Signal } from './signal';

/** How far a phase is. */
export type PhaseState = 'designing' | 'implementing' | 'done' | 'stopped';

/** A phase of the agent's work. */
export interface LivePhase {
  /** From 1. */
  number: number;
  state: PhaseState;
  name: string | undefined;
  description: string | undefined;
  /** The files that it is to write. */
  planned: { path: string; purpose: string }[];
  isLast: boolean;
  /** RFC 3339. */
  startedAt: string;
  endedAt: string | undefined;
  /** The `seq` of its first event: where it stands in the log. */
  firstSeq: number;
}

/** A step of getting the container to run. */
export interface LaunchStep {
  step: string;
  durationMs: number;
}

/** A part of the agent's work that is neither a phase nor a line: an install, a server. */
export interface Subprocess {
  name: string;
  startedAt: string;
  /** In milliseconds; undefined while it runs, and where its end was not told. */
  durationMs: number | undefined;
  exitCode: number | undefined;
  /** The attempt ended before it did. */
  stopped: boolean;
}

/** What has happened around the work, in the order in which it did. */
export type Incident =
  /** A worker has begun the job anew, from its last checkpoint. */
  | { kind: 'attempt'; attempt: number; at: string }
  /** Another worker follows it: the same container goes on, or a new one begins. */
  | { kind: 'worker'; how: 'adopted' | 'restarted'; at: string };

/** Events as a list, without those that {@link Lines} and {@link Files} hold. */
export class Events extends Signal {
  /** Oldest first. */
  all: LeoEvent[] = [];
  /** Those that are here no more. */
  gone = 0;

  push(event: LeoEvent): void {
    this.all.push(event);
    if (this.all.length > MOST_EVENTS) {
      this.gone += MOST_EVENTS / 10;
      this.all = this.all.slice(MOST_EVENTS / 10);
    }
    this.touch();
  }
}

/** Events kept of a job. */
const MOST_EVENTS = 100_000;

/** A job. */
export class LiveJob extends Signal {
  readonly lines = new Lines();
  readonly files = new Files();
  readonly events = new Events();

  status: JobStatus = 'queued';
  prompt = '';
  attempt = 0;
  agentState: AgentState = 'idle';
  /** Which of its agents works, and in which round. */
  agent: 'initializer' | 'coding' | undefined;
  iteration: number | undefined;
  /** What it says that it does. */
  doing: string | undefined;
  /** What it thought last. */
  thought: string | undefined;
  phases: LivePhase[] = [];
  launch: LaunchStep[] = [];
  subprocesses: Subprocess[] = [];
  progress: { passing: number; total: number } | undefined;
  usage: Usage | undefined;
  /** Calls of a model. */
  calls = 0;
  queuedAt: string | undefined;
  startedAt: string | undefined;
  finishedAt: string | undefined;
  /** Places of its first and last event in the session's stream. */
  firstSeq: number | undefined;
  lastSeq: number | undefined;
  error: { reason: FailureReason; message: string } | undefined;
  downloadUrl: string | undefined;
  githubUrl: string | undefined;
  /** What went wrong with a push, or there is to know of it. */
  githubNote: string | undefined;
  previewUrl: string | undefined;
  /** What deploy hooks have answered, by host. */
  readonly deploys = new Map<string, DeployAnswer>();
  /** Output beyond this many bytes was not kept. */
  truncatedAt: number | undefined;
  readonly incidents: Incident[] = [];
  /** What the agent has complained about last. */
  agentError: string | undefined;
  /** Somebody has asked it to stop, and it has not yet. */
  cancelling = false;
  /** When that was, by this machine's clock, in milliseconds; only where it was asked on this page. */
  cancelAskedAt: number | undefined;
  /** How long it then took to stop, in milliseconds. */
  stoppedAfter: number | undefined;
  /** What the server knows about it beside the stream (queue, model, budget), as of the last look. */
  snapshot: Job | undefined;

  constructor(readonly id: string) {
    super();
  }

  /** Whether it is over. */
  get ended(): boolean {
    return this.status !== 'queued' && this.status !== 'generating';
  }

  /** Whether the stream has told of its beginning; it does not of a job that a fork has brought along. */
  get begun(): boolean {
    return this.queuedAt !== undefined;
  }

  /** The phase that is under way, or was last. */
  get phase(): LivePhase | undefined {
    return this.phases.at(-1);
  }
}

/** What a deploy hook has answered. */
export interface DeployAnswer {
  host: string;
  status: number | undefined;
  error: string | undefined;
  nextTryAt: string | undefined;
  at: string;
}
