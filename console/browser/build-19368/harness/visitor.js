/**
 * Somebody with a browser of his own: a context of Chromium, its cookies and its tabs.
 *
 * Whatever goes wrong in a page while he is there is remembered, and told by {@link Visitor.complaints}:
 * an error of the page or in its console, something that its policy forbids, an answer that says the
 * server failed.
 */
import { randomBytes } from 'node:crypto';
import { DEADLINE } from './wait.js';
/** The password of everybody here. */
export const PASSWORD = 'correct horse battery';
/** Chromium writes a line for each answer that is no success; those that matter are looked at below. */
const ANSWERS = /^Failed to load resource: the server responded with a status of 4\d\d/;
/** An address that nobody has. */
export function freshEmail() {
    return `somebody-${randomBytes(4).toString('hex')}@example.com`;
}
/** Somebody with a browser. */
export class Visitor {
    site;
    context;
    /** His address, once he has an account. */
    email = '';
    #complaints = [];
    #forgiven = [ANSWERS];
    constructor(site, context) {
        this.site = site;
        this.context = context;
    }
    /** Opens a browser for somebody. */
    static async arrive(browser, site, options = {}) {
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
    async register(email = freshEmail()) {
        this.email = email;
        await this.#enter('register');
    }
    /** Signs in to an account that is there. */
    async signIn(email) {
        this.email = email;
        await this.#enter('login');
    }
    async #enter(way) {
        const answer = await this.post(`/api/auth/${way}`, { email: this.email, password: PASSWORD });
        if (!answer.ok())
            throw new Error(`${way}: ${await answer.text()}`);
    }
    /** A new tab at this path. */
    async open(path = '/') {
        const page = await this.context.newPage();
        await page.goto(path);
        return page;
    }
    /** A request of his browser, as his pages make them. */
    async post(path, body, headers = {}) {
        const data = body === undefined ? {} : { data: body };
        return this.context.request.post(this.site + path, {
            ...data,
            headers: { origin: this.site, ...headers },
        });
    }
    /** The same, for what is put in the place of something. */
    async put(path, data) {
        const answer = await this.context.request.put(this.site + path, {
            data,
            headers: { origin: this.site },
        });
        if (!answer.ok())
            throw new Error(`PUT ${path}: ${await answer.text()}`);
    }
    /** What a request is answered with, read as JSON. */
    async get(path) {
        const answer = await this.context.request.get(this.site + path);
        if (!answer.ok())
            throw new Error(`GET ${path}: ${answer.status()} ${await answer.text()}`);
        return (await answer.json());
    }
    /** The test itself brings about complaints like this one. */
    forgive(complaint) {
        this.#forgiven.push(complaint);
    }
    /** What has gone wrong so far, but for what is forgiven. */
    complaints() {
        return this.#complaints.filter((words) => !this.#forgiven.some((one) => one.test(words)));
    }
    #listen() {
        this.context.on('weberror', (error) => this.#complaints.push(`page error: ${error.error().stack}`));
        this.context.on('console', (message) => {
            if (message.type() === 'error')
                this.#complaints.push(message.text());
        });
        this.context.on('response', (answer) => {
            const asked = `${answer.request().method()} ${new URL(answer.url()).pathname}`;
            if (answer.status() >= 500)
                this.#complaints.push(`${asked}: ${answer.status()}`);
        });
    }
}
