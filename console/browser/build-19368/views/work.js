/** Sessions and jobs, made by request: what a test is about is done in the pages, what it stands on here. */
import { waitFor } from '../harness/wait.js';
/** Where a job goes no further. */
const ENDS = ['completed', 'failed', 'cancelled'];
/** A new session, with a job of this prompt in it. */
export async function newSession(user, prompt, title) {
    const answer = await user.post('/api/sessions', title === undefined ? {} : { title });
    if (!answer.ok())
        throw new Error(`no session: ${await answer.text()}`);
    const { id } = (await answer.json());
    return { sessionId: id, jobId: await submit(user, id, prompt) };
}
/** One more job in a session; its id. */
export async function submit(user, sessionId, prompt) {
    const answer = await user.post(`/api/sessions/${sessionId}/jobs`, { prompt });
    if (!answer.ok())
        throw new Error(`no job: ${await answer.text()}`);
    return (await answer.json()).id;
}
/** Waits until a job is somewhere; every end will do if not said otherwise. */
export async function reached(user, jobId, ...statuses) {
    const wanted = statuses.length > 0 ? statuses : ENDS;
    const what = `job ${wanted.join(' or ')}`;
    const look = async () => {
        const job = await user.get(`/api/jobs/${jobId}`);
        if (wanted.includes(job.status))
            return job;
        if (ENDS.includes(job.status))
            throw new Error(`${what}: it is ${JSON.stringify(job)}`);
        return undefined;
    };
    return waitFor(what, look, 120_000);
}
/** A session's jobs, the latest first. */
export async function jobsOf(user, sessionId) {
    return (await user.get(`/api/jobs?sessionId=${sessionId}`)).items;
}
