/**
 * All tests of the console in a browser: `make console-browser`.
 *
 * One file for the runner, so that they share an installation and a Chromium; `--test-name-pattern` picks.
 */
import './tests/accounts.js';
import './tests/ends.js';
import './tests/live.js';
import './tests/way.js';
import './tests/dashboard.js';
import './tests/others.js';
import './tests/files.js';
import './tests/log.js';
import './tests/repl.js';
import './tests/bundle.js';
import './tests/everywhere.js';
import './tests/fleet.js';
import './tests/keyboard.js';
import './tests/settings.js';
import './tests/heavy.js';
