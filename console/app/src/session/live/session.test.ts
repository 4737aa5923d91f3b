import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Socket } from '@leo/stream';
import { LiveSession } from './session';

/** A server of one session, which says what the test has it say. */
class FakeSocket implements Socket {
  static latest: FakeSocket;
  onopen: ((event: never) => unknown) | null = null;
  onmessage: ((event: never) => unknown) | null = null;
  onclose: ((event: never) => unknown) | null = null;
  onerror: ((event: never) => unknown) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  constructor() {
    FakeSocket.latest = this;
    queueMicrotask(() => this.onopen?.({} as never));
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }
  close(): void {
    this.onclose?.({ code: 1000 } as never);
  }
  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) } as never);
  }
  joined(lastSeq: number, jobs: object[] = []): void {
    this.says({ type: 'session_joined', sessionId: 's', lastSeq, jobs });
  }
  event(seq: number, fields: object): void {
    const timestamp = new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString();
    this.says({ seq, sessionId: 's', timestamp, ...fields });
  }
}

let session: LiveSession;
let socket: FakeSocket;

beforeEach(async () => {
  session = new LiveSession('s', { WebSocket: FakeSocket });
  await until(() => FakeSocket.latest?.sent.some(({ type }) => type === 'join_session'));
  socket = FakeSocket.latest;
});

afterEach(() => session.close());

async function until(fact: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100 && !fact(); tries += 1) await Promise.resolve();
  expect(fact()).toBe(true);
}

const queued = { type: 'job_queued', prompt: 'a clock' };

test('jobs stand in the order in which they were submitted, and the one that runs is in front', () => {
  socket.joined(4);
  socket.event(1, { ...queued, jobId: 'a' });
  socket.event(2, { type: 'generation_started', jobId: 'a', requestId: 'a', attempt: 1 });
  socket.event(3, { ...queued, jobId: 'b' });
  expect([...session.jobs.keys()]).toEqual(['a', 'b']);
  expect(session.latest?.id).toBe('b');
  expect(session.front?.id).toBe('a');
  socket.event(4, { type: 'completed', jobId: 'a', requestId: 'a', downloadUrl: '/d' });
  expect(session.front?.id).toBe('b');
});

test('a job that a fork has brought along is not taken for one that waits', () => {
  const brought = { id: 'f', sessionId: 's', status: 'completed', prompt: 'a clock', attempt: 1 };
  socket.joined(3, [brought]);
  socket.event(1, { type: 'session_changed', title: 'Fork', currentJob: 'f' });
  socket.event(2, { ...queued, jobId: 'b' });
  socket.event(3, { type: 'artifact_published', jobId: 'f', githubUrl: 'https://github.com/a/b' });
  expect(session.jobs.get('f')).toMatchObject({
    status: 'completed',
    prompt: 'a clock',
    begun: false,
    githubUrl: 'https://github.com/a/b',
  });
  expect(session.latest?.id).toBe('b');
});

test('what the server knows of a job does not run ahead of its events', () => {
  socket.joined(2, [{ id: 'a', sessionId: 's', status: 'completed', prompt: 'p', attempt: 1 }]);
  socket.event(1, { ...queued, jobId: 'a' });
  expect(session.jobs.get('a')?.status).toBe('queued');
  expect(session.jobs.get('a')?.snapshot?.status).toBe('completed');
});

test('the title follows the stream', () => {
  socket.joined(2);
  socket.event(1, { type: 'session_changed', title: 'One' });
  socket.event(2, { type: 'session_changed', currentJob: 'a' });
  expect(session.title).toBe('One');
  expect(session.currentJob).toBe('a');
});

test('the outline stands still while lines pour in', () => {
  socket.joined(3);
  socket.event(1, { ...queued, jobId: 'a' });
  session.outline.announce();
  const before = session.outline.revision();
  const log = { line: 'x', timestamp: '2026-01-01T00:00:00Z', stream: 'stdout' };
  socket.event(2, { type: 'log', jobId: 'a', log });
  socket.event(3, { type: 'info', jobId: 'a', message: 'm' });
  session.outline.announce();
  expect(session.outline.revision()).toBe(before);
  socket.event(4, { type: 'generation_started', jobId: 'a', requestId: 'a', attempt: 1 });
  session.outline.announce();
  expect(session.outline.revision()).toBe(before + 1);
});

test('a stream that begins again leaves nothing of the other one', () => {
  socket.joined(1);
  socket.event(1, { ...queued, jobId: 'a' });
  socket.says({ type: 'reset', sessionId: 's', lastSeq: 0 });
  expect(session.jobs.size).toBe(0);
  expect(session.lastSeq).toBe(0);
});

test('a cancel is shown until it is refused', async () => {
  socket.joined(1);
  socket.event(1, { ...queued, jobId: 'a' });
  const asked = session.cancel('a');
  expect(session.jobs.get('a')?.cancelling).toBe(true);
  socket.says({ type: 'error', code: 'rate_limit', error: 'too many', jobId: 'a' });
  socket.says({ type: 'pong' });
  await expect(asked).rejects.toThrow('too many');
  expect(session.jobs.get('a')).toMatchObject({ cancelling: false, cancelAskedAt: undefined });
});
