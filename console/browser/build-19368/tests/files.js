/** Files: growing while they are written, read when they are there, and their versions. */
import assert from 'node:assert/strict';
import { scenario } from '../harness/scenario.js';
import { until } from '../harness/wait.js';
import { begun, file, phase, script, written } from '../views/script.js';
import { go } from '../views/session.js';
import { jobsOf, newSession, reached, submit } from '../views/work.js';
const code = (page, path) => page.getByRole('region', { name: path });
scenario('a file grows before one’s eyes', async (scene) => {
    const user = await scene.user();
    const gates = [scene.stack.gate(), scene.stack.gate()];
    const prompt = script(phase(1, 'Words', ['src/words.ts'], true), begun('src/words.ts', 'export const one = 1'), gates[0].command, 'event {"type":"file_chunk","path":"src/words.ts","chunk":" + 2"}', gates[1].command, written('src/words.ts', 'export const one = 1 + 2'));
    const { sessionId, jobId } = await newSession(user, prompt);
    const page = await user.open(`/sessions/${sessionId}/files`);
    await page.getByRole('treeitem', { name: /words\.ts.*writing/ }).waitFor();
    await code(page, 'src/words.ts').getByText('export const one = 1').waitFor();
    gates[0].open();
    await code(page, 'src/words.ts').getByText('export const one = 1 + 2').waitFor();
    gates[1].open();
    await reached(user, jobId, 'completed');
    await page.getByRole('treeitem', { name: /writing/ }).waitFor({ state: 'detached' });
    await code(page, 'src/words.ts').getByText('export const one = 1 + 2').waitFor();
});
scenario('a file is read, and a link leads to its lines', async (scene) => {
    const user = await scene.user();
    const long = Buffer.from(Array.from({ length: 700 }, (_, n) => `const line${n + 1} = ${n + 1};`).join('\n'));
    const prompt = script(`data src/long.ts ${long.toString('hex')}`, 'data logo.bin 00ff00ff', file('a.txt', 'short'));
    const { sessionId, jobId } = await newSession(user, prompt);
    await reached(user, jobId, 'completed');
    const page = await user.open(`/sessions/${sessionId}/files?path=src/long.ts&line=600`);
    await code(page, 'src/long.ts').getByText('const line600 = 600;').waitFor();
    // Only what is on screen is in the page, and it is coloured.
    assert.ok((await code(page, 'src/long.ts').locator('[data-index]').count()) < 200);
    await code(page, 'src/long.ts').locator('[data-code]').first().waitFor();
    await page.getByRole('treeitem', { name: /logo\.bin/ }).click();
    await page.getByText('This file is not text').waitFor();
    await until('the file in the address', () => page.url(), (url) => url.includes('logo.bin'));
    await page.getByLabel('Filter files').fill('a.txt');
    await until('one file', () => page.getByRole('treeitem').count(), (seen) => seen === 1);
    await page.getByRole('treeitem', { name: /a\.txt/ }).click();
    await code(page, 'a.txt').getByText('short').waitFor();
});
scenario('versions are compared, restored and forked', async (scene) => {
    const user = await scene.user();
    const first = script(file('page.html', '<p>one</p>'), file('same.txt', 'same'));
    const second = script(file('page.html', '<p>two</p>'), file('new.txt', 'new'));
    const { sessionId, jobId } = await newSession(user, first, 'Versions');
    await reached(user, jobId, 'completed');
    const later = await submit(user, sessionId, second);
    await reached(user, later, 'completed');
    const page = await user.open(`/sessions/${sessionId}/versions`);
    const versions = page
        .getByRole('region', { name: 'Versions' })
        .locator('ol')
        .getByRole('listitem');
    await until('two versions', () => versions.count(), (seen) => seen === 2);
    await versions.first().getByRole('link', { name: 'Changes' }).click();
    const changes = page.getByRole('region', { name: 'Changes', exact: true });
    await changes
        .getByRole('region', { name: 'Changes in page.html' })
        .getByText('<p>two</p>')
        .waitFor();
    await changes.getByText('new.txt').first().waitFor();
    assert.equal(await changes.getByText('same.txt').count(), 0);
    await page.reload();
    await changes
        .getByRole('region', { name: 'Changes in page.html' })
        .getByText('<p>one</p>')
        .waitFor();
    await page.getByRole('link', { name: 'All versions' }).click();
    await versions.nth(1).getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await versions.nth(1).getByText('current', { exact: true }).waitFor();
    const { currentJob } = await user.get(`/api/sessions/${sessionId}`);
    assert.equal(currentJob, jobId);
    await versions.first().getByRole('button', { name: 'Fork' }).click();
    await page.getByRole('dialog').getByLabel('Title').fill('The other way');
    await page.getByRole('dialog').getByRole('button', { name: 'Fork', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'The other way' }).waitFor();
    const forked = /[0-9a-f-]{36}/.exec(page.url())?.[0] ?? '';
    assert.notEqual(forked, sessionId);
    await go(page, 'Files');
    await page.getByRole('treeitem', { name: /new\.txt/ }).waitFor();
    assert.equal((await jobsOf(user, sessionId)).length, 2);
});
