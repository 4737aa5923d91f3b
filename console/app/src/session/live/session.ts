/**
 * A session as its stream tells it: from the first event to the present, and on.
 *
 * Promises: what it shows depends on the stored events alone, so a reload, another tab and another device
 * show the same; memory is bounded, the oldest lines go first and the server still has them.
 * Leaves the network to `@leo/stream`.
 */
import {
  follow,
  websocketUrl,
  type FollowOptions,
  type Job,
  type LeoEvent,
  type LeoStream,
} from '@leo/stream';
import { bearer } from '../../auth/token';
import { fold } from './fold';
import { Events, LiveJob } from './job';
import { Signal } from './signal';

/** Lines kept of all jobs together. */
const MOST_LINES = 1_000_000;
/** Events between two looks at how many lines there are. */
const LOOK_EVERY = 4_096;

/** What `follow` takes, without what the session itself gives. */
export type Surroundings = Partial<Pick<FollowOptions, 'url' | 'WebSocket' | 'clock' | 'token'>>;

/** A session. */
export class LiveSession extends Signal {
  readonly stream: LeoStream;
  /** Those of no job. */
  events = new Events();
  /** Changes with the list of jobs, a status, the title or the current version; not with each event. */
  readonly outline = new Signal();
  /** In the order in which they were submitted. */
  readonly jobs = new Map<string, LiveJob>();
  /** As the last `session_changed` says; undefined until one does. */
  title: string | undefined;
  /** The job that has made the current version, where the stream says so. */
  currentJob: string | undefined;
  /** The last `seq`. */
  lastSeq = 0;
  /** Why the server refuses something that nobody has asked for here. */
  complaint: string | undefined;
  /** What the server has told about jobs whose events have not come yet. */
  readonly #snapshots = new Map<string, Job>();
  #sinceLook = 0;

  constructor(
    readonly id: string,
    surroundings: Surroundings = {},
  ) {
    super();
    this.stream = follow({
      url: websocketUrl(location.origin),
      token: ({ refused }) => (refused ? undefined : bearer()),
      ...surroundings,
      sessionId: id,
      onEvents: (events) => this.#take(events),
      onReset: () => this.#reset(),
      onJoined: (message) => this.#joined(message.jobs),
      onError: (message) => {
        this.complaint = message.error;
        this.outline.touch();
        this.touch();
      },
    });
  }

  /** The job submitted last. */
  get latest(): LiveJob | undefined {
    const jobs = [...this.jobs.values()];
    return jobs.findLast((job) => job.begun) ?? jobs.at(-1);
  }

  /** The job that runs or waits in front; else the latest. */
  get front(): LiveJob | undefined {
    const jobs = [...this.jobs.values()];
    return jobs.find((job) => job.status === 'generating') ?? this.latest;
  }

  /** Asks a job to stop; it shows `cancelling` until it has. */
  async cancel(jobId: string): Promise<void> {
    const job = this.jobs.get(jobId);
    if (job !== undefined) this.#cancelling(job, true);
    try {
      await this.stream.cancel(jobId);
    } catch (error) {
      if (job !== undefined) this.#cancelling(job, false);
      throw error;
    }
  }

  /** Lets go of the connection. */
  close(): void {
    this.stream.close();
  }

  #cancelling(job: LiveJob, cancelling: boolean): void {
    job.cancelling = cancelling && !job.ended;
    if (cancelling) job.cancelAskedAt ??= Date.now();
    else job.cancelAskedAt = undefined;
    job.touch();
  }

  #take(events: readonly LeoEvent[]): void {
    for (const event of events) {
      if (event.jobId !== undefined) this.#fold(event.jobId, event);
      else this.#own(event);
    }
    this.lastSeq = events.at(-1)?.seq ?? this.lastSeq;
    this.#sinceLook += events.length;
    if (this.#sinceLook >= LOOK_EVERY) this.#boundLines();
    this.touch();
  }

  #fold(jobId: string, event: LeoEvent): void {
    const job = this.#job(jobId);
    const before = job.status;
    fold(job, event);
    // Of a job that a fork has brought along, there are events of what came after its end, and no others.
    if (!job.begun) job.status = job.snapshot?.status ?? job.status;
    if (job.status !== before) this.outline.touch();
  }

  #job(id: string): LiveJob {
    const known = this.jobs.get(id);
    if (known !== undefined) return known;
    const job = new LiveJob(id);
    this.jobs.set(id, job);
    this.outline.touch();
    const snapshot = this.#snapshots.get(id);
    if (snapshot !== undefined) adopt(job, snapshot);
    return job;
  }

  /** Takes an event of no job. */
  #own(event: LeoEvent): void {
    this.events.push(event);
    if (event.type === 'session_changed') this.#changed(event);
  }

  #changed(event: { title?: string; currentJob?: string }): void {
    this.title = event.title ?? this.title;
    this.currentJob = event.currentJob ?? this.currentJob;
    this.outline.touch();
  }

  /** Takes over what the stream does not tell; the rest comes with it. */
  #joined(jobs: readonly Job[]): void {
    for (const snapshot of jobs) {
      this.#snapshots.set(snapshot.id, snapshot);
      const job = this.jobs.get(snapshot.id);
      if (job !== undefined) adopt(job, snapshot);
    }
    this.outline.touch();
  }

  #boundLines(): void {
    this.#sinceLook = 0;
    let kept = 0;
    for (const job of this.jobs.values()) kept += job.lines.kept;
    for (const job of this.jobs.values()) {
      while (kept > MOST_LINES && job.lines.kept > 0) {
        const before = job.lines.kept;
        job.lines.shorten();
        kept -= before - job.lines.kept;
      }
    }
  }

  #reset(): void {
    this.jobs.clear();
    this.events = new Events();
    this.title = undefined;
    this.currentJob = undefined;
    this.lastSeq = 0;
    this.outline.touch();
    this.touch();
  }
}

/** Takes over what the server has told of a job. Where its events tell the same, they win. */
function adopt(job: LiveJob, snapshot: Job): void {
  job.snapshot = snapshot;
  job.prompt ||= snapshot.prompt;
  if (!job.begun && job.firstSeq !== undefined) job.status = snapshot.status;
  job.touch();
}
