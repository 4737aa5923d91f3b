/** What is somebody's is nobody else's: not by page, not by request, not by socket. */
import assert from 'node:assert/strict';
import { scenario } from '../harness/scenario.js';
import { file, script } from '../views/script.js';
import { newSession, reached } from '../views/work.js';
scenario('nobody opens what is somebody else’s', async (scene) => {
    const owner = await scene.user();
    const { sessionId, jobId } = await newSession(owner, script('lines 3', file('secret.txt', 'mine')), 'Mine');
    await reached(owner, jobId, 'completed');
    const other = await scene.user();
    for (const view of ['', '/log', '/events', '/files', '/versions']) {
        const page = await other.open(`/sessions/${sessionId}${view}`);
        await page.getByText('There is no such session').waitFor();
        assert.doesNotMatch((await page.locator('body').textContent()) ?? '', /Mine|secret|line 1/, view);
        await page.close();
    }
    const addresses = [
        `/api/sessions/${sessionId}`,
        `/api/sessions/${sessionId}/events`,
        `/api/jobs/${jobId}`,
        `/api/jobs/${jobId}/files`,
        `/api/jobs/${jobId}/log`,
        `/api/jobs/${jobId}/download`,
    ];
    for (const address of addresses) {
        const answer = await other.context.request.get(scene.stack.url + address);
        assert.equal(answer.status(), 404, address);
    }
    const taken = await other.post(`/api/sessions/${sessionId}/jobs`, { prompt: 'lines 1' });
    assert.equal(taken.status(), 404);
    assert.deepEqual(await joined(await other.open('/'), sessionId), 'error');
    assert.deepEqual(await joined(await owner.open('/'), sessionId), 'session_joined');
});
/** What a socket of this page is answered that wants to join the session. */
function joined(page, sessionId) {
    return page.evaluate((id) => new Promise((resume) => {
        const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws');
        socket.onopen = () => socket.send(JSON.stringify({ type: 'join_session', sessionId: id, after: 0 }));
        socket.onclose = ({ code }) => resume(`closed with ${code}`);
        socket.onmessage = ({ data }) => {
            const { type } = JSON.parse(String(data));
            if (type === 'error' || type === 'session_joined')
                resume(type);
        };
    }), sessionId);
}
scenario('the list of sessions has one’s own and no others', async (scene) => {
    const owner = await scene.user();
    await newSession(owner, 'lines 1', 'Somebody’s session');
    const other = await scene.user();
    const page = await other.open('/');
    await page.getByText('No sessions yet').waitFor();
    assert.equal(await page.getByText('Somebody’s session').count(), 0);
});
