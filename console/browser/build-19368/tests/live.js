/** Never a lost session: reloads, replicas that die, networks that go, tabs side by side. */
import assert from 'node:assert/strict';
import { scenario } from '../harness/scenario.js';
import { until } from '../harness/wait.js';
import { begun, event, file, phase, script } from '../views/script.js';
import { alike, connected, go, lines, picture, state, told, watchPill } from '../views/session.js';
import { newSession, reached } from '../views/work.js';
/** So high that all lines of these tests are in the page at once. */
const TALL = { viewport: { width: 1280, height: 2600 } };
/** The lines of `tick`, in the order in which they stand there. */
async function ticks(page) {
    return (await lines(page)).map(([, text]) => text).filter((text) => text.startsWith('tick'));
}
const counted = (count) => Array.from({ length: count }, (_, n) => `tick ${n + 1}`);
/** A job in the middle of everything, which stands still there. */
const halfDone = (gate) => script(event('usage', { promptTokens: 1200, completionTokens: 345 }), phase(1, 'Skeleton', ['index.html']), 'tick 12 10', file('index.html', '<p>hello</p>'), event('checkpoint', { phase: 1, state: {} }), phase(2, 'Style', ['style.css']), begun('style.css', 'body { color: red }'), gate.command, 'tick 3 10');
scenario('a reload in the middle shows the same', async (scene) => {
    const user = await scene.user(TALL);
    const gate = scene.stack.gate();
    const { sessionId } = await newSession(user, halfDone(gate), 'Reloaded');
    const page = await user.open(`/sessions/${sessionId}`);
    await state(page).getByText('style.css').first().waitFor();
    for (const view of ['Build', 'Log', 'Events', 'Files']) {
        await go(page, view);
        await connected(page);
        const before = await settled(page);
        await page.reload();
        await connected(page);
        await until(`${view} as before`, () => picture(page), (now) => now === before);
    }
    gate.open();
    await go(page, 'Build');
    await told(page, /^Done/);
});
/** The picture once it is the same twice in a row. */
async function settled(page) {
    let before = '';
    return until('a picture that stands still', () => picture(page), (now) => {
        const still = now === before;
        before = now;
        return still;
    });
}
scenario('a replica is killed, and no line is lost or doubled', async (scene) => {
    const user = await scene.user(TALL);
    user.forgive(/WebSocket connection|net::ERR/);
    const { sessionId, jobId } = await newSession(user, script('tick 60 100', file('a.txt', 'x')));
    const page = await user.open(`/sessions/${sessionId}/log`);
    await until('some lines', () => ticks(page), (seen) => seen.length >= 10);
    const states = await watchPill(page);
    assert.ok((await scene.stack.killReplicasWithSockets()) > 0);
    try {
        await until('a new connection', states, (seen) => seen.lastIndexOf('connected') > 0);
        const seen = await states();
        assert.ok(seen.includes('reconnecting') || seen.includes('connecting'), seen.join());
        await until('all lines', () => ticks(page), (now) => now.length >= 60, 60_000);
        assert.deepEqual(await ticks(page), counted(60));
        assert.equal((await reached(user, jobId)).status, 'completed');
    }
    finally {
        while (scene.stack.replicas < 2)
            await scene.stack.startReplica();
    }
});
scenario('a network that is gone for a while is told, and takes nothing away', async (scene) => {
    const user = await scene.user(TALL);
    user.forgive(/WebSocket connection|net::ERR/);
    const { sessionId, jobId } = await newSession(user, script('tick 40 100', 'write a.txt x'));
    const page = await user.open(`/sessions/${sessionId}/log`);
    await until('some lines', () => ticks(page), (seen) => seen.length >= 5);
    scene.stack.proxy.shut();
    try {
        await page
            .getByTestId('connection')
            .getByText(/reconnecting in \d+ s/)
            .waitFor();
    }
    finally {
        scene.stack.proxy.open();
    }
    await connected(page);
    await until('all lines', () => ticks(page), (seen) => seen.length >= 40, 60_000);
    assert.deepEqual(await ticks(page), counted(40));
    await reached(user, jobId, 'completed');
});
scenario('two tabs on one session are both live and alike', async (scene) => {
    const user = await scene.user(TALL);
    const gate = scene.stack.gate();
    const { sessionId } = await newSession(user, halfDone(gate), 'Twice');
    const one = await user.open(`/sessions/${sessionId}/log`);
    const other = await user.open(`/sessions/${sessionId}/log`);
    await alike(one, other);
    assert.deepEqual(await ticks(one), counted(12));
    await go(one, 'Build');
    await go(other, 'Build');
    await alike(one, other);
    // What one tab asks for, the other is shown.
    await one.getByLabel('Prompt').fill('lines 7');
    await one.getByRole('button', { name: 'Send', exact: true }).click();
    await other.getByRole('log', { name: 'Conversation' }).getByText('lines 7').waitFor();
    gate.open();
    await told(other, /^Done/);
    await told(one, /^Done/);
    await alike(one, other);
});
scenario('another device joins late and shows the same', async (scene) => {
    const user = await scene.user(TALL);
    const gate = scene.stack.gate();
    const { sessionId } = await newSession(user, halfDone(gate), 'Elsewhere');
    const page = await user.open(`/sessions/${sessionId}`);
    await state(page).getByText('style.css').first().waitFor();
    const device = await scene.stranger(TALL);
    await device.signIn(user.email);
    const there = await device.open(`/sessions/${sessionId}`);
    await alike(page, there);
    gate.open();
    await told(there, /^Done/);
});
