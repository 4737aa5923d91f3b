import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/client';
import { Lines } from '../session/live/lines';
import { asking, downloadUrl, fetchLines, type Ask, type Hits } from './requests';
import { LogSearch } from './search';

/** A log on a server that answers as Leo does, a few hits at a time. */
class Server {
  lines: string[] = [];
  asked = 0;
  constructor(readonly limit: number) {}

  readonly ask: Ask = (afterLine) => {
    this.asked += 1;
    const all = this.lines.flatMap((text, at) => (text.includes('x') ? [at + 1] : []));
    const behind = all.filter((line) => line > afterLine);
    const answer: Hits = {
      hits: behind.slice(0, this.limit).map((line) => ({ line, seq: line * 2 })),
      total: all.length,
      lines: this.lines.length,
      lastSeq: this.lines.length * 2,
      truncated: behind.length > this.limit,
    };
    return Promise.resolve(answer);
  };
}

describe('a search', () => {
  it('lists every hit, however many answers that takes', async () => {
    const server = new Server(3);
    server.lines = ['x', '-', 'x', 'x', '-', 'x', 'x', 'x', 'x'];
    const search = new LogSearch(server.ask, 1);
    search.lines(9);
    await vi.waitFor(() => expect(search.isComplete && search.state === 'done').toBe(true));
    expect(search.hits).toEqual([1, 3, 4, 6, 7, 8, 9]);
    expect(search.total).toBe(7);
    expect(search.has(6) && !search.has(5)).toBe(true);
    expect([search.from(1), search.from(5), search.from(10)]).toEqual([0, 3, 7]);
  });

  it('counts what is printed meanwhile, without asking for each line', async () => {
    const server = new Server(100);
    const search = new LogSearch(server.ask, 20);
    search.lines(0);
    await vi.waitFor(() => expect(search.state).toBe('done'));
    for (let line = 1; line <= 1_000; line += 1) {
      server.lines.push(line % 10 === 0 ? 'x' : '-');
      search.lines(line);
    }
    await vi.waitFor(() => expect(search.searched).toBe(1_000));
    expect(search.total).toBe(100);
    expect(search.hits.length).toBe(100);
    expect(server.asked).toBeLessThan(5);
    search.close();
  });

  it('tells in words what is wrong, and asks no more', async () => {
    const ask = vi.fn(() => Promise.reject(new Error('`search` is not accepted: unclosed group.')));
    const search = new LogSearch(ask, 1);
    search.lines(1);
    await vi.waitFor(() => expect(search.state).toBe('failed'));
    expect(search.problem).toBe('`search` is not accepted: unclosed group.');
    search.lines(2);
    expect(ask).toHaveBeenCalledTimes(1);
  });
});

describe('a search of a server that is away', () => {
  it('goes on where it was', async () => {
    const server = new Server(10);
    server.lines = ['x', 'x'];
    let isAway = true;
    const ask: Ask = (line, signal) =>
      isAway ? Promise.reject(new ApiError(0, 'unreachable', 'away')) : server.ask(line, signal);
    const search = new LogSearch(ask, 1);
    search.lines(2);
    await vi.waitFor(() => expect(search.problem).toBe('away'));
    isAway = false;
    await vi.waitFor(() => expect(search.hits).toEqual([1, 2]));
    expect([search.state, search.problem]).toEqual(['done', undefined]);
    search.close();
  });
});

describe('requests', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('say what is searched for', async () => {
    const answer = { hits: [{ line: 3, seq: 7 }], total: 1, lines: 9, truncated: false };
    const fetched = vi.fn((_: string) => Promise.resolve(Response.json(answer)));
    vi.stubGlobal('fetch', fetched);
    const ask = asking('j1', { text: 'a b&c', caseSensitive: true, regex: false });
    expect(await ask(5, new AbortController().signal)).toEqual(answer);
    const url = new URL(fetched.mock.calls[0]?.[0] ?? '', 'http://x');
    expect(url.pathname).toBe('/api/jobs/j1/log');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      search: 'a b&c',
      caseSensitive: 'true',
      regex: 'false',
      limit: '10000',
      afterLine: '5',
    });
  });

  it('pass on the server’s words', async () => {
    const problem = { detail: '`search` is not accepted: unclosed group.', code: 'invalid' };
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json(problem, { status: 422 })));
    const ask = asking('j1', { text: '(', caseSensitive: false, regex: true });
    await expect(ask(0, new AbortController().signal)).rejects.toThrow(problem.detail);
  });

  it('fetch lines, and no more of them than are wanted', async () => {
    const body = Array.from({ length: 50 }, (_, at) => [
      JSON.stringify({ seq: at * 2 + 1, type: 'info', message: '"type":"log" in a text' }),
      JSON.stringify({
        seq: at * 2 + 2,
        type: 'log',
        log: { line: `ü${at + 1}`, timestamp: '2026-01-01T00:00:00Z', stream: 'stdout' },
      }),
    ]).flat();
    const bytes = new TextEncoder().encode(`${body.join('\n')}\n`);
    vi.stubGlobal('fetch', () => {
      let at = 0;
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          // Pieces end anywhere, inside a character as well.
          if (at >= bytes.length) controller.close();
          else controller.enqueue(bytes.slice(at, (at += 37)));
        },
      });
      return Promise.resolve(new Response(stream));
    });
    const [all, some] = [new Lines(), new Lines()];
    const { signal } = new AbortController();
    await fetchLines('j1', all, 1_000, signal, () => undefined);
    expect(all.count).toBe(50);
    expect(all.at(50)).toMatchObject({ text: 'ü50', seq: 100 });
    await fetchLines('j1', some, 7, signal, () => undefined);
    expect(some.count).toBe(7);
  });

  it('have addresses for a browser to save', () => {
    expect(downloadUrl('j1', 'text')).toBe('/api/jobs/j1/log?download=true');
    expect(downloadUrl('j1', 'ndjson')).toBe('/api/jobs/j1/log?format=ndjson&download=true');
  });
});
