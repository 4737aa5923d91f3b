/** The terminal: its commands, what it prints, and its history. */
import assert from 'node:assert/strict';
import { scenario } from '../harness/scenario.js';
import { until } from '../harness/wait.js';
import { file, script } from '../views/script.js';
import { told } from '../views/session.js';
import { jobsOf, newSession, reached } from '../views/work.js';
/** What stands in the terminal. */
function screen(page) {
    return page
        .locator('.xterm-rows')
        .evaluate((rows) => [...rows.children].map((row) => (row.textContent ?? '').replaceAll('\u00a0', ' ')).join('\n'));
}
const says = (page, words) => until(`${words} in the terminal`, () => screen(page), (text) => words.test(text));
async function type(page, command) {
    await page.getByLabel(/^Terminal\./).focus();
    await page.keyboard.type(command);
    await page.keyboard.press('Enter');
}
scenario('the terminal carries out its commands', async (scene) => {
    const user = await scene.user();
    const { sessionId, jobId } = await newSession(user, 'lines 2; write a.txt x');
    await reached(user, jobId, 'completed');
    const page = await user.open(`/sessions/${sessionId}`);
    await says(page, /line 2/);
    await type(page, 'help');
    await says(page, /run <prompt>[\s\S]*cancel[\s\S]*retry[\s\S]*status[\s\S]*download[\s\S]*clear/);
    await type(page, 'clear');
    await until('an empty screen', () => screen(page), (text) => !text.includes('run <prompt>'));
    await type(page, `run ${script('tick 3 10', file('a.txt', 'x'))}`);
    await says(page, /tick 3[\s\S]*completed/);
    const [latest] = await jobsOf(user, sessionId);
    assert.equal((await reached(user, latest?.id ?? '')).status, 'completed');
    const coming = page.waitForEvent('download');
    await type(page, 'download');
    assert.match((await coming).suggestedFilename(), /\.zip$/);
    await type(page, 'run hang');
    await told(page, /./);
    await until('three jobs', () => jobsOf(user, sessionId), (jobs) => jobs.length === 3);
    await reached(user, (await jobsOf(user, sessionId))[0]?.id ?? '', 'generating');
    await type(page, 'status');
    await type(page, 'cancel');
    await says(page, /▪ cancelled/);
    await type(page, 'retry');
    const jobs = await until('four jobs', () => jobsOf(user, sessionId), (all) => all.length === 4);
    await reached(user, jobs[0]?.id ?? '', 'generating');
    await type(page, 'cancel');
    await reached(user, jobs[0]?.id ?? '', 'cancelled');
    await type(page, 'cancle');
    await says(page, /Did you mean cancel\?/);
});
scenario('the terminal remembers what was typed', async (scene) => {
    const user = await scene.user();
    const { sessionId, jobId } = await newSession(user, 'lines 1; write a.txt x');
    await reached(user, jobId, 'completed');
    const page = await user.open(`/sessions/${sessionId}`);
    await says(page, /line 1/);
    await type(page, 'status');
    await page.reload();
    await says(page, /line 1/);
    await type(page, 'clear');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await says(page, /status\s*$/);
});
