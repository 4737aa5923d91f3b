import { until } from '../harness/wait.js';
/** Goes to another view of the session. */
export async function go(page, view) {
    const tabs = page.getByRole('navigation', { name: 'Views of the session' });
    await tabs.getByRole('link', { name: view, exact: true }).click();
}
/** Where the connection stands. */
export function pill(page) {
    return page.getByTestId('connection');
}
/** Waits until the session is followed. */
export async function connected(page) {
    await page.locator('[data-testid="connection"][data-state="connected"]').waitFor();
}
/** Notes from here on every state that the connection is in; what has been noted. */
export async function watchPill(page) {
    await pill(page).evaluate((element) => {
        const seen = [element.getAttribute('data-state') ?? ''];
        Object.assign(window, { seenStates: seen });
        new MutationObserver(() => seen.push(element.getAttribute('data-state') ?? '')).observe(element, {
            attributes: true,
        });
    });
    return () => page.evaluate(() => window.seenStates);
}
/** The list of a job's lines. */
export function log(page) {
    return page.getByRole('log', { name: 'Log' });
}
/** The lines of the log that are in the page, by number. */
export async function lines(page) {
    return log(page)
        .locator('[data-line]')
        .evaluateAll((rows) => rows.map((row) => [
        Number(row.getAttribute('data-line')),
        row.querySelector('[data-text]')?.textContent ?? '',
    ]));
}
/** Waits until this line is in the page. */
export async function lineShown(page, number) {
    await log(page).locator(`[data-line="${number}"]`).waitFor();
}
/** The state of the shown job, beside the conversation. */
export function state(page) {
    return page.getByRole('region', { name: 'State of the job' });
}
/** Waits until the state of the job is told under a heading like this. */
export async function told(page, heading) {
    await state(page).getByRole('heading', { level: 2, name: heading }).waitFor();
}
/**
 * All that the page says, as those who listen are told it: what must be the same for everybody who looks.
 * Times that run on are left out, and so is what belongs to the tab (the connection, what is typed).
 */
export async function picture(page) {
    const main = page.getByRole('main');
    const seen = await main.ariaSnapshot();
    return seen
        .replace(/\d+(\.\d+)? (h|min|s|ms)\b/g, 'some time')
        .replace(/(some time ?)+/g, 'some time')
        .replace(/just now|\d+ (seconds?|minutes?) ago/g, 'some time ago')
        .replace(/(re)?connect(ed|ing)[^\n]*|replay(ed|ing)[^\n]*/gi, 'connection')
        .replace(/- status[^\n]*\n?/g, '')
        .replace(/ \[active\]/g, '');
}
/** Waits until two tabs show the same. */
export async function alike(one, other) {
    const both = async () => [await picture(one), await picture(other)];
    await until('the same picture in both tabs', both, ([a, b]) => a === b);
}
