/** An installation and a Chromium for what is no test: screenshots and figures. */
import type { Browser } from 'playwright-core';
import { launch } from './browser.js';
import { Stack, type Wishes } from './stack.js';
import { Visitor } from './visitor.js';

/** Everything that is needed. */
export interface Outside {
  stack: Stack;
  browser: Browser;
  /** Somebody who is the operator of that installation. */
  operator: Visitor;
}

/** Does the work in a new installation, and ends that whatever comes of it. */
export async function outside(
  wishes: Wishes,
  work: (outside: Outside) => Promise<void>,
): Promise<void> {
  const stack = await Stack.start(wishes);
  const browser = await launch();
  try {
    const operator = await Visitor.arrive(browser, stack.url);
    await operator.register('ada@example.com');
    await work({ stack, browser, operator });
  } finally {
    await browser.close();
    await stack.end();
  }
}
