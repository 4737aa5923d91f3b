/**
 * What the tests are told by the environment, and where the programs are.
 *
 * `leo stack exec --ephemeral` sets `DATABASE_URL` and `REDIS_URL`; scripts/browser sets the rest.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
/** The root of the repository; this file is `console/browser/build/harness/environment.js` in it. */
export const REPOSITORY = resolve(import.meta.dirname, '../../../..');
/** What the console's pages are built into. */
export const DIST = join(REPOSITORY, 'console/app/dist');
/** Where tests that have failed leave a picture, beside the compiled tests. */
export const FAILURES = resolve(import.meta.dirname, '../failed');
/** A variable that has to be set. */
export function needed(name, hint) {
    const value = process.env[name];
    if (value === undefined || value === '')
        throw new Error(`${name} is not set: ${hint}`);
    return value;
}
/** A program of the workspace. */
export function program(name) {
    const target = process.env['CARGO_TARGET_DIR'] ?? join(REPOSITORY, 'target');
    const path = join(process.env['LEO_PROGRAMS'] ?? join(target, 'debug'), name);
    if (!isProgram(path))
        throw new Error(`${path} is not built: \`make build\` does it`);
    return path;
}
/** The generator whose prompts are scripts. */
export function miniGenerator() {
    return needed('LEO_MINI_GENERATOR', '`make console-browser` does that');
}
/** The real generator, here with its demo provider. */
export function generator() {
    return needed('LEO_GENERATOR', '`make console-browser` does that');
}
/** Debian's Chromium, or any other that is there. */
export function chromium() {
    const told = process.env['CHROMIUM'];
    if (told !== undefined && told !== '')
        return told;
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
        const path = onPath(name);
        if (path !== undefined)
            return path;
    }
    throw new Error('there is no Chromium: `scripts/setup --browser` installs one, CHROMIUM names one');
}
function onPath(name) {
    const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
    return folders.map((folder) => join(folder, name)).find(isProgram);
}
function isProgram(path) {
    try {
        accessSync(path, constants.X_OK);
        return true;
    }
    catch {
        return false;
    }
}
