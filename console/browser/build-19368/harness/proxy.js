/**
 * The site's address: passes connections on to replicas of the API in turn, as a load balancer does.
 *
 * It knows nothing of HTTP but how a connection begins. A replica that does not answer is left out.
 */
import { connect, createServer } from 'node:net';
/** How many local addresses connections come from in turn: a limit of one address is not one of the tests. */
const SOURCES = 200;
/** A proxy in front of replicas. */
export class Proxy {
    #server;
    #passages = new Set();
    #ports = [];
    #turn = 0;
    #shut = false;
    constructor(server) {
        this.#server = server;
        server.on('connection', (browser) => void this.#pass(browser));
    }
    /** Listens at a free port. */
    static async listen() {
        const server = createServer({ noDelay: true });
        await new Promise((resume, fail) => {
            server.once('error', fail);
            server.listen(0, '127.0.0.1', resume);
        });
        return new Proxy(server);
    }
    /** Where the site is. */
    get url() {
        return `http://127.0.0.1:${this.#server.address().port}`;
    }
    /** The replicas that there are. */
    use(ports) {
        this.#ports = [...ports];
    }
    /** The ports of the replicas that have WebSockets open through here. */
    sockets() {
        const live = [...this.#passages].filter(({ head }) => head.startsWith('GET /ws'));
        return [...new Set(live.map(({ port }) => port))];
    }
    /** Lets nobody through, and ends what is open, as where a network is gone. */
    shut() {
        this.#shut = true;
        for (const { browser } of this.#passages)
            browser.destroy();
    }
    /** Lets everybody through. */
    open() {
        this.#shut = false;
    }
    /** Ends it. */
    async close() {
        this.shut();
        await new Promise((resume) => this.#server.close(resume));
    }
    async #pass(browser) {
        browser.on('error', () => { });
        if (this.#shut)
            return void browser.destroy();
        browser.pause();
        const found = await this.#dial();
        if (found === undefined || browser.destroyed) {
            found?.replica.destroy();
            return void browser.destroy();
        }
        const { replica, port } = found;
        const passage = { browser, port, head: '' };
        this.#passages.add(passage);
        browser.once('data', (data) => (passage.head = data.toString('latin1').slice(0, 64)));
        const over = () => {
            this.#passages.delete(passage);
            browser.destroy();
            replica.destroy();
        };
        browser.on('close', over);
        replica.on('close', over).on('error', over);
        browser.pipe(replica);
        replica.pipe(browser);
    }
    /** The next replica that answers. */
    async #dial() {
        for (let tries = 0; tries < this.#ports.length; tries += 1) {
            this.#turn += 1;
            const port = this.#ports[this.#turn % this.#ports.length];
            const replica = await dial(port, `127.0.1.${1 + (this.#turn % SOURCES)}`);
            if (replica !== undefined)
                return { replica, port };
        }
        return undefined;
    }
}
function dial(port, localAddress) {
    return new Promise((resume) => {
        const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
        socket.once('error', () => resume(undefined));
        socket.once('connect', () => resume(socket));
    });
}
