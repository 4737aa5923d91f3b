/** The fleet: for operators, and as if it were not there for everybody else. */
import assert from 'node:assert/strict';
import { OPERATOR, scenario } from '../harness/scenario.js';
import { until } from '../harness/wait.js';
import { newSession, reached } from '../views/work.js';
scenario('an operator sees the workers and what they run', async (scene) => {
    const user = await scene.user();
    const { jobId } = await newSession(user, 'hang');
    await reached(user, jobId, 'generating');
    const operator = await scene.stranger();
    await operator.signIn(OPERATOR);
    const page = await operator.open('/');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Fleet' }).click();
    const worker = page
        .getByRole('listitem')
        .filter({ has: page.getByRole('heading', { name: 'worker-1' }) });
    await worker.getByText(jobId).waitFor();
    await user.post(`/api/jobs/${jobId}/cancel`);
    await worker.getByText(jobId).waitFor({ state: 'detached' });
});
scenario('whoever is no operator finds no fleet', async (scene) => {
    const user = await scene.user();
    const page = await user.open('/');
    const main = page.getByRole('navigation', { name: 'Main' });
    await main.getByRole('link', { name: 'Settings' }).waitFor();
    assert.equal(await main.getByRole('link', { name: 'Fleet' }).count(), 0);
    await page.goto('/fleet');
    await page.getByText('There is nothing here').waitFor();
    const answer = await user.context.request.get(`${scene.stack.url}/api/fleet`);
    await until('a refusal', () => answer.status(), (status) => status === 404);
});
