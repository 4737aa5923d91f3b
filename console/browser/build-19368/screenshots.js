/**
 * Pictures of the main views, for the README: `make screenshots` writes docs/screenshots anew.
 *
 * What is shown is real: an installation of its own, with apps that the demo provider builds.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './harness/environment.js';
import { FakeProvider, KEY, MODEL } from './harness/model.js';
import { outside } from './harness/outside.js';
import { Visitor } from './harness/visitor.js';
import { connected, told } from './views/session.js';
import { newSession, reached, submit } from './views/work.js';
const FOLDER = join(REPOSITORY, 'docs/screenshots');
const DESK = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 380, height: 780 }, hasTouch: true, isMobile: true };
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
await outside({ generator: 'demo', settings: { DEMO_SPEED: '1' } }, async (here) => {
    const { stack, browser, operator } = here;
    const as = async (options) => {
        const visitor = await Visitor.arrive(browser, stack.url, { deviceScaleFactor: 1, ...options });
        await visitor.signIn(operator.email);
        return visitor;
    };
    const desks = [
        { theme: 'dark', visitor: await as({ ...DESK, colorScheme: 'dark' }) },
        { theme: 'light', visitor: await as({ ...DESK, colorScheme: 'light' }) },
    ];
    const phone = await as({ ...PHONE, colorScheme: 'dark' });
    const take = async (visitor, { name, path, there }, suffix) => {
        const page = await visitor.open(path);
        await there(page);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: join(FOLDER, `${name}-${suffix}.png`), animations: 'disabled' });
        await page.close();
    };
    const everywhere = async (picture) => {
        for (const { theme, visitor } of desks)
            await take(visitor, picture, theme);
    };
    // First what is on the way: a build, before it has ended, with others behind it.
    const todo = await newSession(operator, 'A todo list that remembers its entries', 'Todo list');
    const timer = await newSession(operator, 'A pomodoro timer with a quiet sound at the end', 'Pomodoro timer');
    await everywhere({
        name: 'running',
        path: `/sessions/${todo.sessionId}`,
        there: async (page) => {
            await connected(page);
            await page.getByRole('heading', { name: /Phase 2/ }).waitFor();
        },
    });
    await everywhere({
        name: 'fleet',
        path: '/fleet',
        there: (page) => page.getByRole('heading', { name: 'worker-1' }).waitFor(),
    });
    await reached(operator, todo.jobId, 'completed');
    await reached(operator, timer.jobId, 'completed');
    const again = await submit(operator, todo.sessionId, 'Sort the entries by date, and let me filter them');
    await reached(operator, again, 'completed');
    // The third fails as jobs do in life: nobody listens where its provider is to be.
    const nowhere = { provider: 'openai', baseUrl: 'http://127.0.0.1:9/v1', model: MODEL };
    await operator.put('/api/settings/provider', nowhere);
    const prompt = 'A page that shows the weather of three cities side by side';
    const weather = await newSession(operator, prompt, 'Weather of three cities');
    await reached(operator, weather.jobId, 'failed');
    const session = `/sessions/${todo.sessionId}`;
    const settled = [
        {
            name: 'dashboard',
            path: '/',
            there: (page) => page.getByText('Pomodoro timer').first().waitFor(),
        },
        { name: 'done', path: session, there: (page) => told(page, /^Done/) },
        {
            name: 'log',
            path: `${session}/log?job=${todo.jobId}&q=writing`,
            there: async (page) => {
                await page
                    .getByRole('search')
                    .getByText(/\d+ (of|lines?)/)
                    .waitFor();
                await page.keyboard.press('n');
                await page.locator('[data-current]').waitFor();
            },
        },
        {
            name: 'files',
            path: `${session}/files`,
            there: async (page) => page.locator('[data-code]').first().waitFor(),
        },
        {
            name: 'changes',
            path: `${session}/versions?compare=${again}`,
            there: (page) => page
                .getByRole('region', { name: /^Changes in/ })
                .first()
                .waitFor(),
        },
        {
            name: 'failure',
            path: `/sessions/${weather.sessionId}`,
            there: (page) => page.getByText('What to do:').waitFor(),
        },
    ];
    for (const picture of settled)
        await everywhere(picture);
    for (const picture of settled.slice(0, 3))
        await take(phone, picture, 'phone');
    const provider = await FakeProvider.start();
    await everywhere({
        name: 'provider',
        path: '/settings/provider',
        there: async (page) => {
            await page.getByLabel('Provider', { exact: true }).selectOption('openai');
            await page.getByLabel('Base URL').fill(provider.url);
            await page.getByLabel('Model', { exact: true }).fill(MODEL);
            await page.getByLabel('API key', { exact: true }).fill(KEY);
            await page.getByRole('button', { name: 'Test it' }).click();
            await page.getByText(/Jobs can(not)? use it/).waitFor();
        },
    });
    await provider.end();
});
