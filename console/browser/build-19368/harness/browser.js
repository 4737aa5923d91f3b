/** One Chromium for all tests. */
import { chromium as playwright } from 'playwright-core';
import { chromium } from './environment.js';
const ARGUMENTS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // In a container /dev/shm may be small.
    '--disable-dev-shm-usage',
];
/** Starts it. */
export function launch() {
    return playwright.launch({ executablePath: chromium(), args: ARGUMENTS });
}
