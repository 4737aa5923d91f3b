/** The log of a job that prints 100,000 lines: searched, linked to, read while it grows. */
import assert from 'node:assert/strict';
import { scenario } from '../harness/scenario.js';
import { until } from '../harness/wait.js';
import { script } from '../views/script.js';
import { lines, lineShown, log } from '../views/session.js';
import { newSession, reached } from '../views/work.js';
const MANY = 100_000;
/** A browser draws so many rows at once at most, whatever a log's length. */
const MOST_ROWS = 200;
/** A job that has printed all its lines and runs on until its gate opens. */
async function printed(scene) {
    const user = await scene.user();
    const gate = scene.stack.gate();
    const { sessionId, jobId } = await newSession(user, script(`lines ${MANY}`, gate.command, 'err 5', 'write a.txt x'));
    return { user, sessionId, jobId, gate };
}
/** Where the search stands, as `2 of 11`. */
const count = (page, words) => page
    .getByRole('search')
    .getByText(words, { exact: typeof words === 'string' })
    .waitFor();
/** The line of the hit that is looked at. */
const current = (page) => log(page).locator('[data-current]').getAttribute('data-line');
scenario('100,000 lines are searched on the server, with true counts', async (scene) => {
    const { user, sessionId, jobId, gate } = await printed(scene);
    const page = await user.open(`/sessions/${sessionId}/log`);
    await lineShown(page, MANY);
    assert.ok((await lines(page)).length < MOST_ROWS);
    await page.keyboard.press('/');
    // `line 777`, `line 7770` to `line 7779`, and `line 77700` to `line 77799`.
    await page.keyboard.type('line 777');
    await count(page, /^(\d+ of )?111( lines)?$/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await until('a hit', () => current(page), (line) => line !== null);
    const first = Number(await current(page));
    await page.keyboard.press('n');
    await until('the next hit', () => current(page), (line) => Number(line) > first || first === 77_799);
    await page.keyboard.press('N');
    await until('the hit before', () => current(page), (line) => Number(line) === first);
    assert.match((await log(page).locator('[data-current] mark').first().textContent()) ?? '', /line 777/);
    // What is searched for stands in the address, so a reload finds it again.
    await until('the address', () => page.url(), (url) => /[?&]q=line(\+|%20)777/.test(url));
    await page.reload();
    await count(page, /^(\d+ of )?111( lines)?$/);
    await page.getByLabel('Search the whole log').fill('^line 9{5}$');
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await count(page, /^(1 of 1|1 line)$/);
    await page.getByLabel('Search the whole log').fill('no line says this');
    await count(page, 'no hits');
    gate.open();
    await reached(user, jobId, 'completed');
});
scenario('a link leads to lines of a log, while the job runs and afterwards', async (scene) => {
    const { user, sessionId, jobId, gate } = await printed(scene);
    const address = `/sessions/${sessionId}/log?job=${jobId}#L99000-L99010`;
    const page = await user.open(address);
    await chosen(page);
    const other = await user.open(address);
    await chosen(other);
    gate.open();
    await reached(user, jobId, 'completed');
    await page.reload();
    await chosen(page);
    // A click on a number makes an address, with Shift one of several lines.
    await log(page).locator('[data-line="99003"] [data-number]').click();
    await until('the address of a line', () => new URL(page.url()).hash, (hash) => hash === '#L99003');
    await log(page)
        .locator('[data-line="99006"] [data-number]')
        .click({ modifiers: ['Shift'] });
    await until('the address of lines', () => new URL(page.url()).hash, (hash) => hash === '#L99003-L99006');
});
/** Waits until the lines 99,000 to 99,010 are in sight and chosen. */
async function chosen(page) {
    await lineShown(page, 99_000);
    await until('eleven chosen lines', () => log(page)
        .locator('[data-selected]')
        .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-line')))), (rows) => rows.length === 11 && rows[0] === 99_000 && rows[10] === 99_010);
    await page.getByText('Lines 99,000 to 99,010').waitFor();
    await until('the lines in sight', () => log(page).locator('[data-line="99000"]').boundingBox(), (box) => box !== null && box.y > 100 && box.y < 700);
}
scenario('whoever follows sees the end, and whoever reads is not moved', async (scene) => {
    const user = await scene.user();
    const gate = scene.stack.gate();
    const second = scene.stack.gate();
    const prompt = script('lines 500', gate.command, 'tick 40 20', second.command, 'write a.txt x');
    const { sessionId, jobId } = await newSession(user, prompt);
    const page = await user.open(`/sessions/${sessionId}/log`);
    await lineShown(page, 500);
    await log(page).hover();
    await page.mouse.wheel(0, -3000);
    await until('the place of before', () => lines(page), (seen) => seen.every(([n]) => n < 490));
    const before = await lines(page);
    gate.open();
    await page.getByRole('button', { name: /^40 new lines$/ }).waitFor();
    assert.deepEqual(await lines(page), before);
    await page.getByRole('button', { name: /^40 new lines$/ }).click();
    await lineShown(page, 540);
    await page.keyboard.press('g');
    await lineShown(page, 1);
    await page.keyboard.press('G');
    await lineShown(page, 540);
    second.open();
    await reached(user, jobId, 'completed');
});
scenario('lines are shown as one likes, and taken along as they are', async (scene) => {
    const user = await scene.user();
    const red = Buffer.from('\u001b[31mred\u001b[0m and https://example.com/a\n').toString('hex');
    const prompt = script('lines 3', 'err 2', `bytes ${red}`, 'long 3000', 'write a.txt x');
    const { sessionId, jobId } = await newSession(user, prompt);
    await reached(user, jobId, 'completed');
    const page = await user.open(`/sessions/${sessionId}/log`);
    await log(page).getByText('red', { exact: true }).waitFor();
    const colour = await log(page)
        .getByText('red', { exact: true })
        .evaluate((element) => getComputedStyle(element).color);
    const usual = await log(page)
        .locator('[data-line="1"] [data-text]')
        .evaluate((element) => getComputedStyle(element).color);
    assert.notEqual(colour, usual);
    const link = log(page).getByRole('link', { name: 'https://example.com/a' });
    assert.match((await link.getAttribute('rel')) ?? '', /noopener/);
    for (const [times, form] of [
        ['absolute', /\d\d:\d\d:\d\d/],
        ['relative', /^\+\d/],
    ]) {
        await page.getByLabel('Times').selectOption(times);
        await log(page).locator('[data-line="1"]').getByText(form).waitFor();
        await until('the address', () => page.url(), (url) => url.includes(`times=${times}`));
    }
    await page.getByLabel('Lines of').selectOption('stderr');
    await until('lines of stderr', () => lines(page), (seen) => seen.length === 2);
    await page.getByLabel('Lines of').selectOption('all');
    const row = log(page).locator('[data-line]').filter({ hasText: 'xxxxxxxx' });
    const height = async () => (await row.boundingBox())?.height ?? 0;
    const low = await height();
    await page.getByRole('button', { name: 'Wrap', exact: true }).click();
    await until('a wrapped line', height, (now) => Math.abs(now - low) > 10);
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Raw log' }).click();
    const chunks = [];
    for await (const chunk of await (await coming).createReadStream())
        chunks.push(chunk);
    assert.match(Buffer.concat(chunks).toString(), /^line 1\nline 2\nline 3\n/m);
});
