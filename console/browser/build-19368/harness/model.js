/** A provider of models for tests: it lists one model, and streams the same short answer to everybody. */
import { createServer } from 'node:http';
/** The model that it has. */
export const MODEL = 'tests/model';
/** The key that it wants. */
export const KEY = 'sk-key-of-the-tests-0123456789';
/** A running provider. */
export class FakeProvider {
    #server;
    constructor(server) {
        this.#server = server;
    }
    static async start() {
        const server = createServer((request, response) => answer(request, response));
        await new Promise((resume) => server.listen(0, '127.0.0.1', resume));
        return new FakeProvider(server);
    }
    /** Its base URL. */
    get url() {
        return `http://127.0.0.1:${this.#server.address().port}/v1`;
    }
    async end() {
        this.#server.closeAllConnections();
        await new Promise((resume) => this.#server.close(resume));
    }
}
function answer(request, response) {
    request.resume();
    if (request.headers.authorization !== `Bearer ${KEY}`) {
        json(response, 401, { error: { message: 'wrong key' } });
    }
    else if (request.url === '/v1/models') {
        json(response, 200, {
            object: 'list',
            data: [{ id: MODEL, object: 'model', context_length: 65536 }],
        });
    }
    else {
        stream(response);
    }
}
function json(response, status, body) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
function stream(response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const say = (fields) => response.write(`data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', model: MODEL, ...fields })}\n\n`);
    for (const content of ['Hello', ' from', ' the', ' tests']) {
        say({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    }
    say({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    say({ choices: [], usage: { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 } });
    response.end('data: [DONE]\n\n');
}
