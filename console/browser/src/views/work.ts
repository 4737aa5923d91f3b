/** Sessions and jobs, made by request: what a test is about is done in the pages, what it stands on here. */
import { waitFor } from '../harness/wait.js';
import type { Visitor } from '../harness/visitor.js';

/** What is known of a job. */
export interface Job {
  id: string;
  sessionId: string;
  status: 'queued' | 'generating' | 'completed' | 'failed' | 'cancelled';
}

/** Where a job goes no further. */
const ENDS: readonly string[] = ['completed', 'failed', 'cancelled'];

/** A new session, with a job of this prompt in it. */
export async function newSession(
  user: Visitor,
  prompt: string,
  title?: string,
): Promise<{ sessionId: string; jobId: string }> {
  const answer = await user.post('/api/sessions', title === undefined ? {} : { title });
  if (!answer.ok()) throw new Error(`no session: ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: string };
  return { sessionId: id, jobId: await submit(user, id, prompt) };
}

/** One more job in a session; its id. */
export async function submit(user: Visitor, sessionId: string, prompt: string): Promise<string> {
  const answer = await user.post(`/api/sessions/${sessionId}/jobs`, { prompt });
  if (!answer.ok()) throw new Error(`no job: ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
}

/** Waits until a job is somewhere; every end will do if not said otherwise. */
export async function reached(
  user: Visitor,
  jobId: string,
  ...statuses: Job['status'][]
): Promise<Job> {
  const wanted: readonly string[] = statuses.length > 0 ? statuses : ENDS;
  const what = `job ${wanted.join(' or ')}`;
  const look = async (): Promise<Job | undefined> => {
    const job = await user.get<Job>(`/api/jobs/${jobId}`);
    if (wanted.includes(job.status)) return job;
    if (ENDS.includes(job.status)) throw new Error(`${what}: it is ${JSON.stringify(job)}`);
    return undefined;
  };
  return waitFor(what, look, 120_000);
}

/** A session's jobs, the latest first. */
export async function jobsOf(user: Visitor, sessionId: string): Promise<Job[]> {
  return (await user.get<{ items: Job[] }>(`/api/jobs?sessionId=${sessionId}`)).items;
}
