/**
 * Somebody with a browser of his own: a context of Chromium, its cookies and its tabs.
 *
 * Whatever goes wrong in a page while he is there is remembered, and told by {@link Visitor.complaints}:
 * an error of the page or in its console, something that its policy forbids, an answer that says the
 * server failed.
 */
import { randomBytes } from 'node:crypto';
import type {
  APIResponse,
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Page,
} from 'playwright-core';
import { DEADLINE } from './wait.js';

/** The password of everybody here. */
export const PASSWORD = 'correct horse battery';

/** Chromium writes a line for each answer that is no success; those that matter are looked at below. */
const ANSWERS = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** An address that nobody has. */
export function freshEmail(): string {
  return `somebody-${randomBytes(4).toString('hex')}@example.com`;
}

/** Somebody with a browser. */
export class Visitor {
  readonly site: string;
  readonly context: BrowserContext;
  /** His address, once he has an account. */
  email = '';
  readonly #complaints: string[] = [];
  readonly #forgiven: RegExp[] = [ANSWERS];

  private constructor(site: string, context: BrowserContext) {
    this.site = site;
    this.context = context;
  }

  /** Opens a browser for somebody. */
  static async arrive(
    browser: Browser,
    site: string,
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({
      baseURL: site,
      viewport: { width: 1280, height: 800 },
      colorScheme: 'dark',
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(DEADLINE);
    const visitor = new Visitor(site, context);
    visitor.#listen();
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        console.error(`against the policy: ${violatedDirective} ${blockedURI}`);
      });
    });
    return visitor;
  }

  /** Makes an account of this address, or of one that nobody has, and is signed in. */
  async register(email = freshEmail()): Promise<void> {
    this.email = email;
    await this.#enter('register');
  }

  /** Signs in to an account that is there. */
  async signIn(email: string): Promise<void> {
    this.email = email;
    await this.#enter('login');
  }

  async #enter(way: 'register' | 'login'): Promise<void> {
    const answer = await this.post(`/api/auth/${way}`, { email: this.email, password: PASSWORD });
    if (!answer.ok()) throw new Error(`${way}: ${await answer.text()}`);
  }

  /** A new tab at this path. */
  async open(path = '/'): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(path);
    return page;
  }

  /** A request of his browser, as his pages make them. */
  async post(
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<APIResponse> {
    const data = body === undefined ? {} : { data: body };
    return this.context.request.post(this.site + path, {
      ...data,
      headers: { origin: this.site, ...headers },
    });
  }

  /** The same, for what is put in the place of something. */
  async put(path: string, data: unknown): Promise<void> {
    const answer = await this.context.request.put(this.site + path, {
      data,
      headers: { origin: this.site },
    });
    if (!answer.ok()) throw new Error(`PUT ${path}: ${await answer.text()}`);
  }

  /** What a request is answered with, read as JSON. */
  async get<T>(path: string): Promise<T> {
    const answer = await this.context.request.get(this.site + path);
    if (!answer.ok()) throw new Error(`GET ${path}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** The test itself brings about complaints like this one. */
  forgive(complaint: RegExp): void {
    this.#forgiven.push(complaint);
  }

  /** What has gone wrong so far, but for what is forgiven. */
  complaints(): string[] {
    return this.#complaints.filter((words) => !this.#forgiven.some((one) => one.test(words)));
  }

  #listen(): void {
    this.context.on('weberror', (error) =>
      this.#complaints.push(`page error: ${error.error().stack}`),
    );
    this.context.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(message.text());
    });
    this.context.on('response', (answer) => {
      const asked = `${answer.request().method()} ${new URL(answer.url()).pathname}`;
      if (answer.status() >= 500) this.#complaints.push(`${asked}: ${answer.status()}`);
    });
  }
}
