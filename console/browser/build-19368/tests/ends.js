/** Jobs that do not end well, or wait: cancelling, failing, trying again, queueing. */
import assert from 'node:assert/strict';
import { scenario } from '../harness/scenario.js';
import { until } from '../harness/wait.js';
import { file, script } from '../views/script.js';
import { state, told } from '../views/session.js';
import { jobsOf, newSession, reached } from '../views/work.js';
scenario('cancelling says when it has taken effect', async (scene) => {
    const user = await scene.user();
    const { sessionId, jobId } = await newSession(user, script('tick 2 10', 'hang'));
    const page = await user.open(`/sessions/${sessionId}`);
    await reached(user, jobId, 'generating');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await told(page, /^Cancelled$/);
    await state(page)
        .getByText(/It has stopped, after \d/)
        .waitFor();
    await page.getByRole('button', { name: /cancel/i }).waitFor({ state: 'detached' });
    assert.equal((await reached(user, jobId)).status, 'cancelled');
});
scenario('a failure says why and what to do, keeps the files, and can be tried again', async (scene) => {
    const user = await scene.user();
    const { sessionId, jobId } = await newSession(user, script(file('a.txt', 'kept'), 'once tried 3', 'lines 2'));
    const page = await user.open(`/sessions/${sessionId}`);
    await reached(user, jobId, 'failed');
    await state(page).getByText('What to do:').waitFor();
    await state(page)
        .getByText(/files? (was|were) written before that/)
        .waitFor();
    await state(page).getByRole('button', { name: 'Retry' }).click();
    const [latest] = await until('a second job', () => jobsOf(user, sessionId), (jobs) => jobs.length === 2);
    const ended = await reached(user, latest?.id ?? '');
    await told(page, ended.status === 'completed' ? /^Done/ : /./);
    // The page has gone on to the retry by itself.
    await page.getByRole('log', { name: 'Conversation' }).getByText('Job 2').waitFor();
});
scenario('a job that waits says at which place and for what', async (scene) => {
    const user = await scene.user();
    const running = [await newSession(user, 'hang'), await newSession(user, 'hang')];
    for (const { jobId } of running)
        await reached(user, jobId, 'generating');
    const { sessionId, jobId } = await newSession(user, 'lines 2; write a.txt x');
    const page = await user.open(`/sessions/${sessionId}`);
    await told(page, /^Queued/);
    const { queue } = await user.get(`/api/jobs/${jobId}`);
    await state(page).getByText(queue.reason, { exact: false }).waitFor();
    for (const { jobId: id } of running)
        await user.post(`/api/jobs/${id}/cancel`);
    await told(page, /^Done/);
});
scenario('words of a model are never read as HTML', async (scene) => {
    const user = await scene.user();
    const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const { sessionId, jobId } = await newSession(user, script(`event ${evil}`, file('evil.html', evil)), evil);
    const page = await user.open(`/sessions/${sessionId}`);
    page.on('dialog', () => assert.fail('a script has run'));
    await reached(user, jobId);
    for (const view of ['', '/log', '/events', '/files?path=evil.html', '/versions']) {
        await page.goto(`/sessions/${sessionId}${view}`);
        await page.getByRole('heading', { level: 1 }).filter({ hasText: '<img' }).waitFor();
        assert.equal(await page.locator('main img, main script').count(), 0, view);
    }
});
