import { launch } from './browser.js';
import { Stack } from './stack.js';
import { Visitor } from './visitor.js';
/** Does the work in a new installation, and ends that whatever comes of it. */
export async function outside(wishes, work) {
    const stack = await Stack.start(wishes);
    const browser = await launch();
    try {
        const operator = await Visitor.arrive(browser, stack.url);
        await operator.register('ada@example.com');
        await work({ stack, browser, operator });
    }
    finally {
        await browser.close();
        await stack.end();
    }
}
