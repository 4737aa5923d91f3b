/**
 * The site's address: passes connections on to replicas of the API in turn, as a load balancer does.
 *
 * It knows nothing of HTTP but how a connection begins. A replica that does not answer is left out.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How many local addresses connections come from in turn: a limit of one address is not one of the tests. */
const SOURCES = 200;

/** One connection. */
interface Passage {
  browser: Socket;
  port: number;
  /** The first bytes from the browser: a socket's connection begins with `GET /ws`. */
  head: string;
}

/** A proxy in front of replicas. */
export class Proxy {
  readonly #server: Server;
  readonly #passages = new Set<Passage>();
  #ports: number[] = [];
  #turn = 0;
  #shut = false;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (browser) => void this.#pass(browser));
  }

  /** Listens at a free port. */
  static async listen(): Promise<Proxy> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resume, fail) => {
      server.once('error', fail);
      server.listen(0, '127.0.0.1', resume);
    });
    return new Proxy(server);
  }

  /** Where the site is. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The replicas that there are. */
  use(ports: readonly number[]): void {
    this.#ports = [...ports];
  }

  /** The ports of the replicas that have WebSockets open through here. */
  sockets(): number[] {
    const live = [...this.#passages].filter(({ head }) => head.startsWith('GET /ws'));
    return [...new Set(live.map(({ port }) => port))];
  }

  /** Lets nobody through, and ends what is open, as where a network is gone. */
  shut(): void {
    this.#shut = true;
    for (const { browser } of this.#passages) browser.destroy();
  }

  /** Lets everybody through. */
  open(): void {
    this.#shut = false;
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.shut();
    await new Promise((resume) => this.#server.close(resume));
  }

  async #pass(browser: Socket): Promise<void> {
    browser.on('error', () => {});
    if (this.#shut) return void browser.destroy();
    browser.pause();
    const found = await this.#dial();
    if (found === undefined || browser.destroyed) {
      found?.replica.destroy();
      return void browser.destroy();
    }
    const { replica, port } = found;
    const passage: Passage = { browser, port, head: '' };
    this.#passages.add(passage);
    browser.once('data', (data) => (passage.head = data.toString('latin1').slice(0, 64)));
    const over = (): void => {
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
  async #dial(): Promise<{ replica: Socket; port: number } | undefined> {
    for (let tries = 0; tries < this.#ports.length; tries += 1) {
      this.#turn += 1;
      const port = this.#ports[this.#turn % this.#ports.length] as number;
      const replica = await dial(port, `127.0.1.${1 + (this.#turn % SOURCES)}`);
      if (replica !== undefined) return { replica, port };
    }
    return undefined;
  }
}

function dial(port: number, localAddress: string): Promise<Socket | undefined> {
  return new Promise((resume) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
    socket.once('error', () => resume(undefined));
    socket.once('connect', () => resume(socket));
  });
}
