/** Whatever can be done with a pointer can be done with keys, and some of it faster. */
import assert from 'node:assert/strict';
import { scenario } from '../harness/scenario.js';
import { until } from '../harness/wait.js';
import { script } from '../views/script.js';
import { lines, lineShown } from '../views/session.js';
import { newSession, reached } from '../views/work.js';
scenario('keys lead through the log, and ? lists them', async (scene) => {
    const user = await scene.user();
    const { sessionId, jobId } = await newSession(user, script('lines 900', 'write a.txt x'));
    await reached(user, jobId, 'completed');
    const page = await user.open(`/sessions/${sessionId}/log`);
    await lineShown(page, 900);
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keys' });
    for (const words of [
        'Search the log',
        'Next hit',
        'Hit before',
        'To the first line',
        'To the end',
    ]) {
        await list.getByText(words).waitFor();
    }
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await lineShown(page, 1);
    await page.keyboard.press('f');
    await lineShown(page, 900);
    await page.keyboard.press('/');
    await page.keyboard.type('line 12');
    await page.getByRole('search').getByText(/11/).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[data-current]').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('G');
    await until('the end', () => lines(page), (seen) => seen.some(([n]) => n === 900));
});
scenario('a session is begun without a pointer', async (scene) => {
    const user = await scene.user();
    const page = await user.open('/');
    await page.getByText('No sessions yet').waitFor();
    await page.keyboard.press('c');
    await page.keyboard.type('lines 2; write a.txt x');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/sessions\//);
    await page.getByRole('heading', { level: 2, name: /^Done/ }).waitFor();
    // Letters that are typed into a field are no shortcuts.
    await page.keyboard.press('i');
    await page.keyboard.type('c s ? g');
    assert.equal(await page.getByLabel('Prompt').inputValue(), 'c s ? g');
});
