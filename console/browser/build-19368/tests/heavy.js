/** Logs that are long, and logs that come fast: the page holds no more than what is seen. */
import assert from 'node:assert/strict';
import { scenario } from '../harness/scenario.js';
import { until } from '../harness/wait.js';
import { flow, scroll } from '../views/frames.js';
import { script } from '../views/script.js';
import { lines, lineShown } from '../views/session.js';
import { newSession, reached } from '../views/work.js';
const LONG = 200_000;
/** Elements that a page of the log may have, frame and all. */
const MOST = 1_500;
/** Lines that come at 5,000 a second. */
const FAST = 25_000;
/** On stderr there is one for ten of the others. */
const ALL = FAST + FAST / 10;
scenario('200,000 lines scroll with a constant number of elements', async (scene) => {
    const user = await scene.user();
    const { sessionId, jobId } = await newSession(user, script(`lines ${LONG}`, 'write a.txt x'));
    await reached(user, jobId, 'completed');
    const page = await user.open(`/sessions/${sessionId}/log`);
    await lineShown(page, LONG);
    const { fewest, most } = await scroll(page);
    assert.ok(most < MOST, `${most} elements`);
    assert.ok(most - fewest < MOST / 3, `from ${fewest} to ${most} elements`);
});
scenario('5,000 lines a second leave the page usable, and none is missing', async (scene) => {
    const user = await scene.user();
    const { sessionId, jobId } = await newSession(user, script(`count ${FAST} 100 20`, 'write a.txt x'));
    const page = await user.open(`/sessions/${sessionId}/log`);
    const over = async () => (await lines(page)).some(([number]) => number === ALL);
    const { frames, answers } = await flow(page, over);
    assert.ok(frames.most < MOST, `${frames.most} elements`);
    assert.ok(answers.length > 3, 'keys were answered meanwhile');
    await reached(user, jobId, 'completed');
    const texts = await until('the last lines', () => lines(page), (seen) => seen.length > 10);
    const stdout = texts.map(([, text]) => text).filter((text) => text === `line ${FAST}`);
    assert.deepEqual(stdout, [`line ${FAST}`]);
});
