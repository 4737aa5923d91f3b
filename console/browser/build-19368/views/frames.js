import { log } from './session.js';
/** Watches the frames of the page while `work` is under way. */
export async function measure(page, work) {
    await page.evaluate(() => {
        const times = [];
        const tasks = [];
        let [fewest, most, running] = [Infinity, 0, true];
        const observer = new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries())
                tasks.push(duration);
        });
        observer.observe({ type: 'longtask' });
        const frame = (now) => {
            times.push(now);
            const count = document.getElementsByTagName('*').length;
            fewest = Math.min(fewest, count);
            most = Math.max(most, count);
            if (running)
                requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
        window.meter = {
            stop: () => {
                running = false;
                observer.disconnect();
                const gaps = times.slice(1).map((time, n) => time - (times[n] ?? time));
                const took = (times.at(-1) ?? 0) - (times[0] ?? 0);
                return {
                    rate: (gaps.length / took) * 1000,
                    longestFrame: Math.max(0, ...gaps),
                    longTasks: tasks.length,
                    longestTask: Math.max(0, ...tasks),
                    fewest,
                    most,
                };
            },
        };
    });
    await work();
    return page.evaluate(() => window.meter?.stop());
}
/** Scrolls the log from its end to its begin and through the middle, by the wheel and by its bar. */
export function scroll(page) {
    return measure(page, async () => {
        await log(page).hover();
        for (let n = 0; n < 40; n += 1)
            await page.mouse.wheel(0, -1500);
        await log(page).evaluate(async (list) => {
            const steps = 120;
            const height = list.scrollHeight - list.clientHeight;
            for (let n = 0; n <= steps; n += 1) {
                list.scrollTop = height * (1 - n / steps);
                await new Promise((resume) => requestAnimationFrame(resume));
            }
        });
        for (let n = 0; n < 40; n += 1)
            await page.mouse.wheel(0, 1500);
    });
}
/**
 * Watches while lines come in, until `over`: how long it takes from a key until what it does is drawn, in
 * milliseconds, again and again.
 */
export async function flow(page, over) {
    const answers = [];
    const frames = await measure(page, async () => {
        while (!(await over()))
            answers.push(await answer(page));
    });
    return { frames, answers };
}
/** A key is pressed in the page itself, so that only the page is measured. */
function answer(page) {
    return page.evaluate(() => new Promise((resume) => {
        const begun = performance.now();
        // A task of its own, behind whatever the page has to do first.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'q', bubbles: true }));
            requestAnimationFrame(() => setTimeout(() => resume(performance.now() - begun)));
        };
        channel.port2.postMessage(null);
    }));
}
