/**
 * One test: whoever takes part in it, and what is left behind when it fails.
 *
 * All tests share an installation and a Chromium; each has accounts of its own. Those of the demo
 * generator have an installation of theirs, started when the first asks for it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { launch } from './browser.js';
import { FAILURES } from './environment.js';
import { Stack } from './stack.js';
import { Visitor } from './visitor.js';
/** The longest that a test may take, in milliseconds. */
const LONGEST = 180_000;
const stacks = new Map();
let browser;
after(async () => {
    await (await browser)?.close();
    for (const stack of stacks.values())
        await (await stack).end();
});
/** What a test is given. */
export class Scene {
    stack;
    #browser;
    visitors = [];
    constructor(stack, chromium) {
        this.stack = stack;
        this.#browser = chromium;
    }
    /** Somebody who has no account (yet). */
    async stranger(options = {}) {
        const visitor = await Visitor.arrive(this.#browser, this.stack.url, options);
        this.visitors.push(visitor);
        return visitor;
    }
    /** Somebody with a new account, who is signed in. */
    async user(options = {}) {
        const visitor = await this.stranger(options);
        await visitor.register();
        return visitor;
    }
}
/** The installation of that kind. */
export async function installation(kind) {
    const there = stacks.get(kind) ?? begin(kind);
    stacks.set(kind, there);
    return there;
}
/** The first account is an operator's: nobody's in these tests, but for those that ask for it. */
export const OPERATOR = 'operator@example.com';
async function begin(generator) {
    const stack = await Stack.start({ generator });
    const founder = await Visitor.arrive(await chromium(), stack.url);
    await founder.register(OPERATOR);
    await founder.context.close();
    return stack;
}
async function chromium() {
    browser ??= launch();
    return browser;
}
/** A test on the installation whose prompts are scripts. */
export function scenario(name, play) {
    scenarioOn('mini', name, play);
}
/** A test on the installation of that kind. */
export function scenarioOn(kind, name, play) {
    test(name, { timeout: LONGEST }, async () => {
        const scene = new Scene(await installation(kind), await chromium());
        try {
            await play(scene);
            const complaints = scene.visitors.flatMap((visitor) => visitor.complaints());
            if (complaints.length > 0)
                throw new Error(`in the pages:\n${complaints.join('\n')}`);
        }
        catch (error) {
            await tell(name, scene);
            throw error;
        }
        finally {
            for (const { context } of scene.visitors)
                await context.close();
        }
    });
}
/** Pictures of all tabs, what is in them as words, and the logs. */
async function tell(name, scene) {
    mkdirSync(FAILURES, { recursive: true });
    const pages = scene.visitors.flatMap(({ context }) => context.pages());
    const base = join(FAILURES, name.replace(/[^a-z0-9]+/gi, '-').slice(0, 80));
    for (const [n, page] of pages.entries()) {
        try {
            await page.screenshot({ path: `${base}-${n}.png`, timeout: 5_000 });
            const words = await page.locator('body').ariaSnapshot({ timeout: 5_000 });
            writeFileSync(`${base}-${n}.txt`, `${page.url()}\n\n${words}\n`);
        }
        catch {
            // The page is gone, or hangs: that is what the test tells.
        }
    }
    const complaints = scene.visitors.flatMap((visitor) => visitor.complaints());
    writeFileSync(`${base}.log`, `${complaints.join('\n')}\n\n${scene.stack.logs()}\n`);
    console.error(`${name}: see ${base}*`);
}
