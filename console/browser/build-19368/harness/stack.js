/**
 * An installation of Leo: real processes on a database of their own, behind one address.
 *
 * People need accounts there, although everything is on this machine. Promises: at its end nothing of it
 * is left.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from './database.js';
import { generator, miniGenerator, needed, program } from './environment.js';
import { Program } from './program.js';
import { Proxy } from './proxy.js';
import { waitFor } from './wait.js';
/** No secret of anybody. */
const SECRET_KEY = 'a-key-that-everybody-may-read-in-this-file';
/** Holds a job up: its script has `command` in it, which ends when the test opens the gate. */
export class Gate {
    #path;
    constructor(path) {
        this.#path = path;
    }
    get command() {
        return `until ${this.#path}`;
    }
    open() {
        writeFileSync(this.#path, '');
    }
}
/** A running installation. */
export class Stack {
    proxy;
    #wishes;
    #database;
    #folder = mkdtempSync(join(tmpdir(), 'leo-browser-'));
    #replicas = [];
    #workers = [];
    /** Those that are gone; their logs are shown too. */
    #gone = [];
    #started = 0;
    constructor(wishes, database, proxy) {
        this.#wishes = wishes;
        this.#database = database;
        this.proxy = proxy;
    }
    /** Starts everything and waits until it is ready. */
    static async start(wishes) {
        const stack = new Stack(wishes, await Database.create(), await Proxy.listen());
        try {
            for (let n = 0; n < (wishes.replicas ?? 2); n += 1)
                await stack.startReplica();
            await stack.startWorker();
        }
        catch (error) {
            await stack.end();
            throw error;
        }
        return stack;
    }
    /** The site's address. */
    get url() {
        return this.proxy.url;
    }
    /** One more API process, which takes part at once. */
    async startReplica() {
        const name = `api-${(this.#started += 1)}`;
        const api = this.#start(name, 'leo-api', [], {
            LEO_BIND: '127.0.0.1:0',
            LEO_PUBLIC_URL: this.url,
            REGISTRATION: 'open',
            RATE_LIMIT: '0',
            // With a way to sign in, being on this machine is no credential. Nobody goes there.
            OAUTH_GITHUB_CLIENT_ID: 'console-tests',
            OAUTH_GITHUB_CLIENT_SECRET: 'console-tests',
        });
        this.#replicas.push({ program: api, port: 0 });
        const { address } = await api.said('listening');
        const port = Number(String(address).split(':').at(-1));
        await waitFor(`readiness of ${name}`, async () => {
            const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
            return answer.status === 200 ? true : undefined;
        });
        this.#replicas = this.#replicas.map((replica) => replica.program === api ? { program: api, port } : replica);
        this.#tellProxy();
    }
    /** One more worker. */
    async startWorker() {
        const demo = this.#wishes.generator === 'demo';
        const name = `worker-${this.#workers.length + 1}`;
        const worker = this.#start(name, 'leo-worker', [], {
            ORCHESTRATOR_MODE: 'process',
            // Tests that fail leave jobs behind, which others need not wait for.
            WORKER_CONCURRENCY: '16',
            WORKER_NAME: name,
            WORKSPACE_DIR: join(this.#folder, 'staging'),
            GENERATOR_COMMAND: demo ? generator() : miniGenerator(),
            PRIVATE_ADDRESSES: 'allow',
            ...(demo && { LLM_PROVIDER: 'demo' }),
        });
        this.#workers.push(worker);
        await worker.said('the worker runs');
    }
    /** Kills the API processes that have WebSockets open, without a chance to say anything. */
    async killReplicasWithSockets() {
        const ports = this.proxy.sockets();
        const doomed = this.#replicas.filter(({ port }) => ports.includes(port));
        this.#replicas = this.#replicas.filter((replica) => !doomed.includes(replica));
        this.#tellProxy();
        for (const { program: api } of doomed) {
            this.#gone.push(api);
            await api.kill();
        }
        return doomed.length;
    }
    /** Ends all workers, so that jobs wait. */
    async killWorkers() {
        const workers = this.#workers;
        this.#workers = [];
        this.#gone.push(...workers);
        for (const worker of workers)
            await worker.kill();
    }
    /** Something that a job waits for. */
    gate() {
        return new Gate(join(this.#folder, `gate-${randomUUID()}`));
    }
    /** How many API processes there are. */
    get replicas() {
        return this.#replicas.length;
    }
    #environment() {
        return {
            DATABASE_URL: this.#database.url,
            REDIS_URL: needed('REDIS_URL', 'run this inside `leo stack exec --ephemeral`'),
            LEO_SECRET_KEY: SECRET_KEY,
            ARTIFACT_STORE: `file://${join(this.#folder, 'artifacts')}`,
            LOG_FORMAT: 'json',
            RUST_LOG: 'info',
            ...this.#wishes.settings,
        };
    }
    /** What its processes have said, the last lines of each. */
    logs() {
        const programs = [
            ...this.#gone,
            ...this.#replicas.map((replica) => replica.program),
            ...this.#workers,
        ];
        return programs
            .map((one) => `=== ${one.name}\n${one.log().split('\n').slice(-40).join('\n')}`)
            .join('\n');
    }
    /** Ends everything and removes what is left. */
    async end() {
        for (const { program: api } of this.#replicas)
            await api.kill();
        for (const worker of this.#workers)
            await worker.kill();
        killBelow(this.#folder);
        await this.proxy.close();
        await this.#database.drop();
        rmSync(this.#folder, { recursive: true, force: true });
    }
    #start(name, binary, args, settings) {
        const environment = { ...this.#environment(), ...settings, ...this.#wishes.settings };
        return new Program(name, program(binary), args, environment, this.#folder);
    }
    #tellProxy() {
        this.proxy.use(this.#replicas.map(({ port }) => port).filter((port) => port !== 0));
    }
}
/** Kills the generators that workers have left: those that work in a folder of this installation. */
function killBelow(folder) {
    for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        try {
            if (readlinkSync(`/proc/${entry}/cwd`).startsWith(folder))
                process.kill(Number(entry), 'SIGKILL');
        }
        catch {
            // It has ended, or is somebody else's.
        }
    }
}
