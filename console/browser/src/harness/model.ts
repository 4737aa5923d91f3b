/** A provider of models for tests: it lists one model, and streams the same short answer to everybody. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The model that it has. */
export const MODEL = 'tests/model';
/** The key that it wants. */
export const KEY = 'sk-key-of-the-tests-0123456789';

/** A running provider. */
export class FakeProvider {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeProvider> {
    const server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
    return new FakeProvider(server);
  }

  /** Its base URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resume) => this.#server.close(resume));
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  if (request.headers.authorization !== `Bearer ${KEY}`) {
    json(response, 401, { error: { message: 'wrong key' } });
  } else if (request.url === '/v1/models') {
    json(response, 200, {
      object: 'list',
      data: [{ id: MODEL, object: 'model', context_length: 65536 }],
    });
  } else {
    stream(response);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const say = (fields: object): boolean =>
    response.write(
      `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', model: MODEL, ...fields })}\n\n`,
    );
  for (const content of ['Hello', ' from', ' the', ' tests']) {
    say({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  }
  say({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  say({ choices: [], usage: { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 } });
  response.end('data: [DONE]\n\n');
}
