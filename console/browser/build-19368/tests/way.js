/** The whole way: a prompt becomes an app, before one's eyes, and lands on one's disk. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { scenario, scenarioOn } from '../harness/scenario.js';
import { freshEmail, PASSWORD } from '../harness/visitor.js';
import { until } from '../harness/wait.js';
import { unzip } from '../harness/zip.js';
import { begun, file, phase, script, written } from '../views/script.js';
import { go, lines, state, told } from '../views/session.js';
import { jobsOf, newSession, reached } from '../views/work.js';
const INDEX = '<!doctype html><title>Clock</title>';
const CLOCK = 'export const now = () => new Date()';
/** Says what is to be built, on the dashboard; the session's id. */
async function ask(page, prompt) {
    await page.getByLabel('What shall be built?').fill(prompt);
    await page.getByRole('button', { name: 'Build it' }).click();
    await page.waitForURL(/\/sessions\/[0-9a-f-]{36}/);
    return /[0-9a-f-]{36}/.exec(page.url())?.[0] ?? '';
}
async function download(page) {
    const coming = page.waitForEvent('download');
    await state(page).getByRole('link', { name: 'Download', exact: true }).click();
    return unzip(await readFile(await (await coming).path()));
}
scenario('register, ask, watch, and download what was made', async (scene) => {
    const visitor = await scene.stranger();
    const page = await visitor.open('/sign-in?mode=register');
    await page.getByLabel('Email address').fill(freshEmail());
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Make the account' }).click();
    const gate = scene.stack.gate();
    await ask(page, script(phase(1, 'The clock', ['index.html', 'src/clock.ts'], true), 'tick 20 50', begun('src/clock.ts', CLOCK.slice(0, 9)), gate.command, written('src/clock.ts', CLOCK), file('index.html', INDEX)));
    await state(page)
        .getByRole('heading', { name: /Phase 1: The clock/ })
        .waitFor();
    await go(page, 'Log');
    const ticks = await until('twenty lines', () => lines(page), (seen) => seen.some(([, text]) => text === 'tick 20'));
    assert.deepEqual(ticks.map(([, text]) => text).filter((text) => text.startsWith('tick')), Array.from({ length: 20 }, (_, n) => `tick ${n + 1}`));
    await go(page, 'Files');
    await page.getByRole('treeitem', { name: /clock\.ts.*writing/ }).waitFor();
    gate.open();
    await page.getByRole('treeitem', { name: /index\.html/ }).waitFor();
    await go(page, 'Build');
    await told(page, /^Done: 2 files/);
    await page.getByRole('log', { name: 'Conversation' }).getByText('completed').waitFor();
    assert.match(await page.title(), /^Done · .* · Leo$/);
    const files = await download(page);
    assert.deepEqual([...files.keys()].sort(), ['index.html', 'src/clock.ts']);
    assert.equal(files.get('src/clock.ts')?.toString(), CLOCK);
    assert.equal(files.get('index.html')?.toString(), INDEX);
});
scenario('a double click is one job', async (scene) => {
    const user = await scene.user();
    const page = await user.open('/');
    await page.getByLabel('What shall be built?').fill('lines 3; write a.txt x');
    await page.getByRole('button', { name: 'Build it' }).dblclick();
    await page.waitForURL(/\/sessions\//);
    const sessions = await user.get('/api/sessions');
    assert.equal(sessions.items.length, 1);
    const id = sessions.items[0]?.id ?? '';
    await page.getByLabel('Prompt').fill('lines 4; write a.txt x');
    await page.getByRole('button', { name: 'Send', exact: true }).dblclick();
    await page.getByRole('log', { name: 'Conversation' }).getByText('lines 4').waitFor();
    const jobs = await until('two jobs', () => jobsOf(user, id), (seen) => seen.length >= 2);
    for (const job of jobs)
        await reached(user, job.id, 'completed');
    assert.equal((await jobsOf(user, id)).length, 2);
});
scenario('a prompt that the server does not accept stays where it was typed', async (scene) => {
    const user = await scene.user();
    const { sessionId } = await newSession(user, 'lines 1; write a.txt x');
    const page = await user.open(`/sessions/${sessionId}`);
    await told(page, /^Done/);
    scene.stack.proxy.shut();
    user.forgive(/WebSocket connection|net::ERR/);
    try {
        await page.getByLabel('Prompt').fill('lines 2');
        await page.getByRole('button', { name: 'Send', exact: true }).click();
        await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
        assert.equal(await page.getByLabel('Prompt').inputValue(), 'lines 2');
    }
    finally {
        scene.stack.proxy.open();
    }
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const jobs = await until('two jobs', () => jobsOf(user, sessionId), (seen) => seen.length >= 2);
    assert.equal(jobs.length, 2);
});
scenarioOn('demo', 'the demo provider builds an app that is whole', async (scene) => {
    const user = await scene.user();
    const page = await user.open('/');
    const session = await ask(page, 'A todo list');
    await state(page)
        .getByRole('list', { name: 'Phases' })
        .getByText(/Phase 1/)
        .waitFor();
    await reached(user, (await jobsOf(user, session))[0]?.id ?? '', 'completed');
    await told(page, /^Done: \d+ files/);
    const files = await download(page);
    assert.ok([...files.keys()].some((path) => path.endsWith('index.html')), [...files.keys()].join());
});
