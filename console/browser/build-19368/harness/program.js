/**
 * A child process with a log, in a process group of its own.
 *
 * Promises: it does not outlive this process, also where that is killed.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from './wait.js';
/** Reads a pipe: a word says that the program has ended, its end without one that nobody is left. */
const GUARD = 'read -r word || kill -s KILL -- "-$1"';
/** A running program. */
export class Program {
    name;
    #log;
    #child;
    #guard;
    /** Starts it, with nothing of this process's environment. */
    constructor(name, command, args, environment, logs) {
        this.name = name;
        this.#log = join(logs, `${name}.log`);
        const log = openSync(this.#log, 'a');
        const stdio = ['ignore', log, log];
        this.#child = spawn(command, args, {
            env: environment,
            cwd: '/',
            detached: true,
            stdio: [...stdio],
        });
        closeSync(log);
        this.#guard = spawn('/bin/sh', ['-c', GUARD, 'sh', String(this.pid)], {
            detached: true,
            stdio: ['pipe', 'ignore', 'ignore'],
        });
        // The pipe breaks where the guard was first.
        this.#guard.stdin?.on('error', () => { });
    }
    get pid() {
        const { pid } = this.#child;
        if (pid === undefined)
            throw new Error(`${this.name} could not be started`);
        return pid;
    }
    get running() {
        return this.#child.exitCode === null && this.#child.signalCode === null;
    }
    /** What it has said so far. */
    log() {
        return readFileSync(this.#log, 'utf8');
    }
    /** Waits until it logs this message; the fields of that line. */
    async said(message) {
        return waitFor(`“${message}” of ${this.name}`, () => {
            if (!this.running)
                throw new Error(`${this.name} has ended:\n${this.log()}`);
            return this.log()
                .split('\n')
                .map(parsed)
                .findLast((line) => line?.['message'] === message);
        });
    }
    /** Ends it without a chance to do anything. */
    async kill() {
        if (this.running) {
            const ended = new Promise((resume) => this.#child.once('exit', resume));
            process.kill(-this.pid, 'SIGKILL');
            await ended;
        }
        this.#guard.stdin?.end('done\n');
    }
}
function parsed(line) {
    try {
        return JSON.parse(line);
    }
    catch {
        return undefined;
    }
}
