/**
 * A generation on a real installation, followed by a client that stays, one whose network breaks all
 * the time, and one that comes late. All end with what the server has stored.
 *
 * Runs where LEO_URL names a server (with LEO_TOKEN, if it asks for a token); the server may be
 * killed and started again while the test runs.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { WebSocket } from 'ws';

import { follow, websocketUrl, type LeoEvent, type LeoStream } from '../src/index.js';
import { upTo } from './harness.js';

const URL_OF_LEO = process.env['LEO_URL'];
const TOKEN = process.env['LEO_TOKEN'];
/** The longest that a generation, the server's restarts included, may take. */
const DEADLINE_MS = 180_000;
/** How often something that is waited for is looked at. */
const LOOK_MS = 50;
/** The restless client's connections live at most so long. */
const RESTLESS_MS = 700;

const skip = URL_OF_LEO === undefined && 'LEO_URL names no server';
const deadline = Date.now() + DEADLINE_MS;

/** A WebSocket whose cable is pulled now and then. */
class BreakingSocket extends WebSocket {
  constructor(url: string) {
    super(url);
    const timer = setTimeout(() => this.terminate(), Math.random() * RESTLESS_MS);
    this.on('close', () => clearTimeout(timer));
  }
}

class Viewer {
  readonly events: LeoEvent[] = [];
  readonly stream: LeoStream;

  constructor(sessionId: string, Socket: new (url: string) => WebSocket) {
    this.stream = follow({
      url: websocketUrl(URL_OF_LEO ?? ''),
      sessionId,
      WebSocket: Socket,
      onEvents: (events) => this.events.push(...events),
      ...(TOKEN !== undefined && { token: () => TOKEN }),
    });
  }

  get ended(): boolean {
    return this.events.some(({ type }) => type === 'completed' || type === 'failed');
  }
}

/** Waits until something is so. */
async function until(what: string, is: () => boolean): Promise<void> {
  while (!is()) {
    assert.ok(Date.now() < deadline, `${what} has not come in time`);
    await pause();
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

/** Asks the HTTP API, as often as it takes. */
async function ask(path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const headers = {
    'content-type': 'application/json',
    ...(TOKEN !== undefined && { authorization: `Bearer ${TOKEN}` }),
  };
  for (;;) {
    try {
      const response = await fetch(new URL(path, URL_OF_LEO), { ...init, headers });
      if (response.status < 500) {
        assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`);
        return (await response.json()) as Record<string, unknown>;
      }
    } catch (error) {
      if (error instanceof assert.AssertionError || Date.now() > deadline) throw error;
    }
    await pause();
  }
}

/** What is stored, page by page. */
async function stored(sessionId: string): Promise<LeoEvent[]> {
  const events: LeoEvent[] = [];
  for (let after: unknown = 0; after !== undefined;) {
    const page = await ask(`/api/sessions/${sessionId}/events?after=${String(after)}`);
    events.push(...(page['events'] as LeoEvent[]));
    after = page['next'];
  }
  return events;
}

test('whoever follows a generation ends with what is stored', { skip }, async (context) => {
  const session = await ask('/api/sessions', { method: 'POST', body: '{}' });
  const sessionId = String(session['id']);
  const viewers = [new Viewer(sessionId, WebSocket), new Viewer(sessionId, BreakingSocket)];
  await viewers[1]?.stream.start({ prompt: 'a page with a clock' });
  await until('the end of the job', () => viewers.every((viewer) => viewer.ended));
  viewers.push(new Viewer(sessionId, WebSocket));
  await until('the end of the job', () => viewers.every((viewer) => viewer.ended));

  const events = await stored(sessionId);
  const places = upTo(events.length);
  for (const { stream, events: seen } of viewers) {
    await until('the last event', () => stream.position >= events.length);
    stream.close();
    context.diagnostic(JSON.stringify(stream.counts));
    assert.deepEqual(
      seen.map((event) => event.seq),
      places,
    );
    assert.deepEqual(new Map(seen.map(entry)), new Map(events.map(entry)));
    assert.equal(stream.counts.gaps, 0);
  }
  assert.ok((viewers[1]?.stream.counts.connections ?? 0) > 1, 'nothing was cut');
  const jobs = events.filter(({ type }) => type === 'job_queued');
  assert.equal(jobs.length, 1, 'one start, one job');
});

function entry(event: LeoEvent): [number, LeoEvent] {
  return [event.seq, event];
}
