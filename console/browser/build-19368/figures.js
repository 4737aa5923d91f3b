/**
 * How fast the console is, in a browser on this machine: `make console-figures`.
 *
 * Figures of a machine are no tests: what must hold whatever the machine is asserted in `tests/`. The
 * machine has to be left alone meanwhile.
 */
import { gzipSync } from 'node:zlib';
import { outside } from './harness/outside.js';
import { Visitor } from './harness/visitor.js';
import { flow, scroll } from './views/frames.js';
import { script } from './views/script.js';
import { lineShown } from './views/session.js';
import { newSession } from './views/work.js';
/** Visits of which the median is told. */
const VISITS = 9;
/** Lines of the long log. */
const LONG = 200_000;
/** Lines a second, and for how many seconds they come. */
const RATE = 5_000;
const SECONDS = 20;
const rows = [];
const row = (what, figure) => void rows.push([what, figure]);
const ms = (time) => `${Math.round(time)} ms`;
const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1] ?? NaN;
/** From the begin of the navigation until one can type a prompt. */
async function firstView(visitor) {
    const page = await visitor.context.newPage();
    const bodies = [];
    page.on('response', (answer) => {
        if (new URL(answer.url()).pathname.startsWith('/api/'))
            return;
        bodies.push(answer.body().then((body) => gzipSync(body).length));
    });
    await page.goto('/', { waitUntil: 'commit' });
    const time = await page.evaluate(() => new Promise((resume) => {
        const look = () => {
            const usable = document.querySelector('main textarea') !== null;
            if (usable)
                resume(performance.now());
            else
                requestAnimationFrame(look);
        };
        look();
    }));
    await page.waitForLoadState('networkidle');
    const bytes = (await Promise.all(bodies)).reduce((sum, size) => sum + size, 0);
    await page.close();
    return { time, bytes };
}
function tell(what, frames) {
    row(`${what}: frames a second`, frames.rate.toFixed(1));
    row(`${what}: longest frame`, ms(frames.longestFrame));
    row(`${what}: tasks of more than 50 ms`, `${frames.longTasks}, the longest ${ms(frames.longestTask)}`);
    row(`${what}: elements in the page`, `${frames.fewest} to ${frames.most}`);
}
await outside({ generator: 'mini' }, async (here) => {
    const { operator, browser, stack } = here;
    const cold = [];
    for (let n = 0; n < VISITS; n += 1) {
        const visitor = await Visitor.arrive(browser, stack.url);
        await visitor.signIn(operator.email);
        const { time, bytes } = await firstView(visitor);
        cold.push(time);
        if (n === 0)
            row('first view, gzipped', `${(bytes / 1000).toFixed(0)} kB`);
        await visitor.context.close();
    }
    row(`first view usable, nothing cached (median of ${VISITS})`, ms(median(cold)));
    const warm = [];
    for (let n = 0; n < VISITS; n += 1)
        warm.push((await firstView(operator)).time);
    row(`first view usable, cached (median of ${VISITS})`, ms(median(warm)));
    const long = await newSession(operator, script(`lines ${LONG}`, 'write a.txt x'));
    const page = await operator.open(`/sessions/${long.sessionId}/log`);
    await lineShown(page, LONG);
    tell(`scrolling ${LONG.toLocaleString('en')} lines`, await scroll(page));
    await page.close();
    const count = RATE * SECONDS;
    const fast = await newSession(operator, script(`count ${count} ${RATE / 50} 20`, 'write a.txt x'));
    const live = await operator.open(`/sessions/${fast.sessionId}/log`);
    const { frames, answers } = await flow(live, () => counted(live, count));
    tell(`${RATE.toLocaleString('en')} lines a second`, frames);
    row('a key is answered meanwhile (median)', ms(median(answers)));
    row('a key is answered meanwhile (longest)', ms(Math.max(...answers)));
});
/** Whether the last of these lines is there; stderr has a tenth as many more. */
async function counted(page, count) {
    return (await page.getByText(`line ${count}`, { exact: true }).count()) > 0;
}
const width = Math.max(...rows.map(([what]) => what.length));
for (const [what, figure] of rows)
    console.log(`${what.padEnd(width)}  ${figure}`);
