/**
 * How an event changes what is shown of its job. Pure: the same events give the same picture, in every
 * tab and after every reload.
 *
 * A new attempt of a job goes on from its files and its finished phases; what was half-done is done again.
 */
import type { KnownEvent, LeoEvent } from '@leo/stream';
import type { LiveJob, LivePhase, PhaseState } from './job';

/** Applies an event of that job. */
export function fold(job: LiveJob, event: LeoEvent): void {
  job.firstSeq ??= event.seq;
  job.lastSeq = event.seq;
  if (event.type === 'log') {
    job.lines.push(event.seq, event.log);
    return;
  }
  if (event.type === 'file_chunk') {
    job.files.append(event.seq, event.path, event.chunk, job.phase?.number ?? 0);
    return;
  }
  job.events.push(withoutContent(event));
  if (event.type === 'unknown') return;
  if (!lifecycle(job, event) && !phases(job, event)) details(job, event);
  job.touch();
}

/** Contents stand in `files` already. */
function withoutContent(event: LeoEvent): LeoEvent {
  if (event.type !== 'file_end' || event.content === undefined) return event;
  const { content: _, ...rest } = event;
  return rest;
}

/** From the queue to the end. */
function lifecycle(job: LiveJob, event: KnownEvent): boolean {
  switch (event.type) {
    case 'job_queued':
      job.prompt = event.prompt;
      job.queuedAt = event.timestamp;
      return true;
    case 'generation_started':
      started(job, event.attempt, event.timestamp);
      return true;
    case 'completed':
      job.downloadUrl = event.downloadUrl;
      job.githubUrl = event.githubUrl ?? job.githubUrl;
      job.previewUrl = event.previewUrl ?? job.previewUrl;
      ended(job, 'completed', event.timestamp);
      return true;
    case 'failed':
      job.error = { reason: event.reason, message: event.message };
      ended(job, 'failed', event.timestamp);
      return true;
    case 'cancelled':
      ended(job, 'cancelled', event.timestamp);
      return true;
    case 'worker_changed':
      job.incidents.push({ kind: 'worker', how: event.how, at: event.timestamp });
      return true;
    case 'artifact_published':
      job.githubUrl = event.githubUrl ?? job.githubUrl;
      job.githubNote = event.error;
      return true;
    case 'deploy_answered': {
      const { host, status, error, nextTryAt, timestamp: at } = event;
      job.deploys.set(host, { host, status, error, nextTryAt, at });
      return true;
    }
    default:
      return false;
  }
}

function started(job: LiveJob, attempt: number, at: string): void {
  job.status = 'generating';
  job.startedAt ??= at;
  if (attempt > Math.max(1, job.attempt)) again(job, attempt, at);
  job.attempt = attempt;
}

function again(job: LiveJob, attempt: number, at: string): void {
  stop(job, 'stopped', at);
  job.incidents.push({ kind: 'attempt', attempt, at });
  job.agentState = 'idle';
  job.launch = [];
  job.files.interrupted();
}

function ended(job: LiveJob, status: LiveJob['status'], at: string): void {
  stop(job, status === 'completed' ? 'done' : 'stopped', at);
  job.status = status;
  job.finishedAt = at;
  job.cancelling = false;
  if (status === 'cancelled' && job.cancelAskedAt !== undefined) {
    job.stoppedAfter = Date.now() - job.cancelAskedAt;
  }
  if (status !== 'completed') job.files.interrupted();
}

/** Nothing of the attempt goes on. */
function stop(job: LiveJob, state: PhaseState, at: string): void {
  close(job, state, at);
  job.doing = undefined;
  job.thought = undefined;
  for (const process of job.subprocesses) process.stopped ||= process.durationMs === undefined;
}

/** The work, phase by phase. */
function phases(job: LiveJob, event: KnownEvent): boolean {
  switch (event.type) {
    case 'phase_designing':
      begin(job, event.phaseNumber, event.seq, event.timestamp);
      return true;
    case 'phase_designed':
      if (job.phase?.state !== 'designing') {
        begin(job, (job.phase?.number ?? 0) + 1, event.seq, event.timestamp);
      }
      if (job.phase !== undefined) {
        const { name, description, files, isLastPhase } = event.phase;
        Object.assign(job.phase, { name, description, planned: files, isLast: isLastPhase });
        job.phase.state = 'implementing';
      }
      return true;
    case 'checkpoint':
      if (job.phase?.number === event.phase) close(job, 'done', event.timestamp);
      return true;
    case 'generation_complete':
      close(job, 'done', event.timestamp);
      return true;
    default:
      return false;
  }
}

function begin(job: LiveJob, number: number, seq: number, at: string): void {
  close(job, 'done', at);
  const phase: LivePhase = {
    number,
    state: 'designing',
    name: undefined,
    description: undefined,
    planned: [],
    isLast: false,
    startedAt: at,
    endedAt: undefined,
    firstSeq: seq,
  };
  // A later attempt does a phase again, and goes on behind the finished ones.
  job.phases = [...job.phases.filter((other) => other.number < number), phase];
}

function close(job: LiveJob, state: PhaseState, at: string): void {
  const phase = job.phase;
  if (phase === undefined || phase.endedAt !== undefined) return;
  phase.endedAt = at;
  phase.state = state;
}

/** Everything else. */
function details(job: LiveJob, event: KnownEvent): void {
  switch (event.type) {
    case 'state_change':
      job.agentState = event.state;
      job.doing = undefined;
      break;
    case 'thought':
      job.thought = event.text;
      break;
    case 'agent_error':
      job.agentError = event.message;
      break;
    case 'file_start':
      job.files.start(event.seq, event.path, job.phase?.number ?? 0);
      break;
    case 'file_end':
      job.files.end(event.seq, event, job.phase?.number ?? 0);
      break;
    case 'session_start':
      job.agent = event.agent;
      job.iteration = event.iteration;
      break;
    case 'heartbeat':
      job.iteration = event.iteration || job.iteration;
      job.doing = event.doing;
      break;
    case 'progress':
      job.progress = { passing: event.passing, total: event.total };
      break;
    case 'usage': {
      const { promptTokens, completionTokens, costUsd, call } = event;
      job.usage = { promptTokens, completionTokens, ...(costUsd !== undefined && { costUsd }) };
      if (call !== undefined) job.calls += 1;
      break;
    }
    case 'launching':
      job.launch.push({ step: event.step, durationMs: event.durationMs });
      break;
    case 'subprocess_start':
      job.subprocesses.push({
        name: event.name,
        startedAt: event.timestamp,
        durationMs: undefined,
        exitCode: undefined,
        stopped: false,
      });
      break;
    case 'subprocess_complete': {
      const process = job.subprocesses.findLast(
        ({ name, durationMs, stopped }) =>
          name === event.name && durationMs === undefined && !stopped,
      );
      if (process !== undefined) {
        process.durationMs = event.durationMs;
        process.exitCode = event.exitCode;
      }
      break;
    }
    case 'server_started':
      job.previewUrl = event.url ?? job.previewUrl;
      break;
    case 'output_truncated':
      job.truncatedAt = event.limit;
      break;
    default:
      break;
  }
}
