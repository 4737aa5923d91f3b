/** How much a browser has to fetch before somebody can begin. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { scenario } from '../harness/scenario.js';
/** Of the first view, compressed with gzip, in bytes. */
const MOST = 300_000;
/** The sizes of what was fetched, compressed, by path. */
export async function fetched(answers) {
    const sizes = new Map();
    for (const answer of answers) {
        const { pathname } = new URL(answer.url());
        if (pathname.startsWith('/api/'))
            continue;
        sizes.set(pathname, gzipSync(await answer.body()).length);
    }
    return sizes;
}
scenario('the first view is small, and the policy holds', async (scene) => {
    const user = await scene.user();
    const page = await user.context.newPage();
    const answers = [];
    page.on('response', (answer) => answers.push(answer));
    const answer = await page.goto('/');
    await page.getByText('No sessions yet').waitFor();
    await page.waitForLoadState('networkidle');
    const sizes = [...(await fetched(answers))];
    const sum = sizes.reduce((all, [, size]) => all + size, 0);
    assert.ok(sum < MOST, `${sum} bytes: ${sizes.join(' ')}`);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(await page.locator('script:not([src])').count(), 0);
});
