/** What holds on every page: it can be used by everybody, and on a telephone. */
import assert from 'node:assert/strict';
import axe, {} from 'axe-core';
import { OPERATOR, scenario } from '../harness/scenario.js';
import { furnish, SIGN_IN } from '../views/all.js';
/** How long a page may take until it shows what it has, in milliseconds. */
const SHOWN = 15_000;
/** What must not be found. */
const GRAVE = ['serious', 'critical'];
/** What is wrong with a page for those who do not see, or hear, or point as others do. */
async function wrongs(page, place) {
    await page.evaluate(axe.source);
    const found = await page.evaluate('axe.run({ resultTypes: ["violations"] })');
    return found.violations
        .filter(({ impact }) => GRAVE.includes(impact ?? ''))
        .map(({ id, help, nodes }) => `${place.name}: ${id} (${help})\n${nodes.map(told).join('\n')}`);
}
/** The same of a page in which something is wrong, so that one knows that it would be found. */
async function blemished(page, place) {
    await page.evaluate(() => document.querySelector('main')?.append(document.createElement('button')));
    return wrongs(page, place);
}
const told = ({ html, failureSummary, }) => `  ${html.slice(0, 200)}\n  ${(failureSummary ?? '').replaceAll('\n', ' ')}`;
async function lookAtAll(visitor, places, look) {
    const page = await visitor.context.newPage();
    page.setDefaultTimeout(SHOWN);
    const all = [];
    for (const place of places) {
        await page.goto(place.path);
        // All of them are looked at, also where one is not as it should be.
        const missing = await place.there(page).then(() => [], (error) => [`${place.name} does not show: ${String(error)}`]);
        all.push(...missing, ...(await look(page, place)));
    }
    return all;
}
for (const colorScheme of ['dark', 'light']) {
    scenario(`axe finds nothing serious on any page, ${colorScheme}`, async (scene) => {
        const stranger = await scene.stranger({ colorScheme });
        const operator = await scene.stranger({ colorScheme });
        await operator.signIn(OPERATOR);
        assert.match((await lookAtAll(stranger, [SIGN_IN], blemished)).join(), /button-name/);
        const places = await furnish(operator);
        const found = [
            ...(await lookAtAll(stranger, [SIGN_IN], wrongs)),
            ...(await lookAtAll(operator, places, wrongs)),
        ];
        assert.deepEqual(found, [], found.join('\n'));
    });
}
scenario('no page is wider than a telephone', async (scene) => {
    const narrow = { viewport: { width: 380, height: 740 }, hasTouch: true, isMobile: true };
    const stranger = await scene.stranger(narrow);
    const operator = await scene.stranger(narrow);
    await operator.signIn(OPERATOR);
    const places = await furnish(operator);
    const look = async (page, { name }) => {
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        return width > 380 ? [`${name}: ${width} px, ${(await tooWide(page)).join(', ')}`] : [];
    };
    const found = [
        ...(await lookAtAll(stranger, [SIGN_IN], look)),
        ...(await lookAtAll(operator, places, look)),
    ];
    assert.deepEqual(found, [], found.join('\n'));
});
/** Some of what sticks out. */
function tooWide(page) {
    return page.evaluate(() => [...document.querySelectorAll('main *, header *')]
        .filter((element) => element.getBoundingClientRect().right > 381)
        .slice(0, 4)
        .map((element) => element.outerHTML.slice(0, 120)));
}
