/** What the prompt line's commands do in a session. */
import { idempotencyKey } from '@leo/stream';
import { api, ApiError, take, type Job } from '../api/client';
import { duration } from '../ui/time';
import { submitJob } from '../session/composer/submit';
import type { LiveJob } from '../session/live/job';
import type { LiveSession } from '../session/live/session';
import { doesWhat } from '../session/build/now';
import type { Actions } from './commands';
import { paint, plain } from './say';

const NOTHING_YET = 'Nothing was built yet. Try: run a page with a clock';

/** The actions of a session. `taken` is told of each accepted job, `clear` empties the screen. */
export function actionsOf(
  session: LiveSession,
  taken: (job: Job) => void,
  clear: () => void,
): Actions {
  // A request that failed is sent again under the same key, so that one job comes of it.
  const keys = new Map<string, string>();
  const once = async (request: string, send: (key: string) => Promise<Job>): Promise<Job> => {
    const key = keys.get(request) ?? idempotencyKey();
    keys.set(request, key);
    const job = await send(key);
    keys.delete(request);
    taken(job);
    return job;
  };
  return {
    run: async (prompt) => {
      await once(`run ${prompt}`, (key) => submitJob(session.id, { prompt }, key));
    },
    cancel: () => cancel(session),
    retry: () => retry(session, once),
    status: () => status(session),
    download: () => download(session),
    clear,
  };
}

async function cancel(session: LiveSession): Promise<string> {
  const job = session.front;
  if (job === undefined || job.ended) return 'Nothing runs.';
  await session.cancel(job.id);
  return paint('soft', 'cancelling…');
}

async function retry(
  session: LiveSession,
  once: (request: string, send: (key: string) => Promise<Job>) => Promise<Job>,
): Promise<string> {
  const job = session.latest;
  if (job === undefined) return NOTHING_YET;
  if (!job.ended) return 'The latest job has not ended yet. cancel stops it.';
  await once(`retry ${job.id}`, (key) => {
    const params = { path: { id: job.id }, header: { 'Idempotency-Key': key } };
    return take(api.POST('/api/jobs/{id}/retry', { params }));
  });
  return paint('soft', 'once more');
}

function status(session: LiveSession): string[] {
  const job = session.front;
  const lines = [`  connection  ${session.stream.state.kind}`];
  if (job === undefined) return [...lines, `  ${NOTHING_YET}`];
  const { usage, phase, progress } = job;
  lines.push(`  job         ${job.status}${job.attempt > 1 ? `, attempt ${job.attempt}` : ''}`);
  if (job.status === 'generating') lines.push(`  does        ${plain(doesWhat(job))}`);
  if (phase !== undefined) lines.push(`  phase       ${phase.number} ${plain(phase.name ?? '')}`);
  if (progress !== undefined) lines.push(`  features    ${progress.passing} of ${progress.total}`);
  const took = timeOf(job);
  if (took !== undefined) lines.push(`  time        ${took}`);
  if (usage !== undefined)
    lines.push(`  tokens      ${usage.promptTokens + usage.completionTokens}`);
  if (job.error !== undefined) lines.push(`  failed      ${plain(job.error.message)}`);
  return lines;
}

function timeOf({ startedAt, finishedAt }: LiveJob): string | undefined {
  if (startedAt === undefined) return undefined;
  const end = finishedAt === undefined ? Date.now() : Date.parse(finishedAt);
  return duration(end - Date.parse(startedAt));
}

async function download(session: LiveSession): Promise<string> {
  const job = session.latest;
  if (job === undefined) return NOTHING_YET;
  if (!job.ended) return 'The job has not ended yet; its files are not complete.';
  try {
    await take(api.GET('/api/jobs/{id}/files', { params: { path: { id: job.id } } }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return 'The job has left no files.';
    throw error;
  }
  const link = document.createElement('a');
  link.href = `/api/jobs/${job.id}/download`;
  link.download = '';
  link.click();
  return paint('soft', 'downloading…');
}
