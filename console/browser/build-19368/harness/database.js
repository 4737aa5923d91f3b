/** A database of an installation's own, on the server of `DATABASE_URL`. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { needed } from './environment.js';
const run = promisify(execFile);
/** An empty database. */
export class Database {
    #name;
    constructor(name) {
        this.#name = name;
    }
    static async create() {
        const name = `leo_browser_${randomBytes(6).toString('hex')}`;
        await sql(server(), `create database ${name}`);
        return new Database(name);
    }
    /** Where it is. */
    get url() {
        // The path of a private server stands in the parameters, and the host before them is none.
        return server().replace(/^(postgres(?:ql)?:\/\/[^/]+\/)[^?]*/, `$1${this.#name}`);
    }
    async drop() {
        await sql(server(), `drop database ${this.#name} with (force)`);
    }
}
function server() {
    return needed('DATABASE_URL', 'run this inside `leo stack exec --ephemeral`');
}
async function sql(url, statement) {
    await run('psql', [
        '--no-psqlrc',
        '--quiet',
        '--set=ON_ERROR_STOP=1',
        '--command',
        statement,
        url,
    ]);
}
