/**
 * Requests over connections that break.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RequestError } from '../src/index.js';
import { JOB, SESSION, settle } from './fakes.js';
import { Harness } from './harness.js';

const PROMPT = { prompt: 'a clock', maxIterations: 2 };

/** What became of a promise. */
function outcome(promise: Promise<unknown>) {
  const seen = { value: undefined as unknown };
  promise.then(
    (value) => (seen.value = ['resolved', value]),
    (error: unknown) => (seen.value = ['rejected', error instanceof RequestError && error.code]),
  );
  return seen;
}

test('a start waits for a connection and resolves when it has been carried out', async () => {
  const on = new Harness();
  const stream = on.follow();
  const started = outcome(stream.start(PROMPT, 'key'));
  assert.equal(on.server.sockets.length, 0);
  await settle();
  assert.deepEqual(on.server.socket.of('start_generation'), [
    { type: 'start_generation', sessionId: SESSION, idempotencyKey: 'key', ...PROMPT },
  ]);
  assert.deepEqual(started.value, ['resolved', undefined]);
});

test('one that was not confirmed is sent again, with the same key', async () => {
  const on = new Harness();
  on.server.answers.ping = (socket) => socket.drop();
  const stream = on.follow();
  const started = outcome(stream.start(PROMPT));
  await settle();
  assert.equal(started.value, undefined);
  on.server.answers.ping = (socket) => socket.say({ type: 'pong' });
  await on.clock.advance(1_000);
  const keys = on.server.sockets.flatMap((socket) =>
    socket.of('start_generation').map((message) => message.idempotencyKey),
  );
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.match(keys[0] ?? '', /^[0-9a-f]{32}$/);
  assert.deepEqual(started.value, ['resolved', undefined]);
});

test('a state that cannot be read is the end of the request alone', async () => {
  const on = new Harness();
  on.server.answers.get_state = (socket) => socket.error('events_unreadable');
  const stream = on.follow();
  await settle();
  const asked = outcome(stream.getState());
  await settle();
  assert.deepEqual(asked.value, ['rejected', 'events_unreadable']);
  assert.equal(stream.state.kind, 'connected');
});

test('each error belongs to its request, and to no other', async () => {
  const on = new Harness();
  on.server.answers.start_generation = (socket) => socket.error('prompt_too_long');
  on.server.answers.cancel_generation = (socket, { jobId }) => socket.error('not_found', jobId);
  const stream = on.follow();
  await settle();
  const started = outcome(stream.start(PROMPT));
  const cancelled = outcome(stream.cancel(JOB));
  const asked = outcome(stream.getState());
  await settle();
  assert.deepEqual(started.value, ['rejected', 'prompt_too_long']);
  assert.deepEqual(cancelled.value, ['rejected', 'not_found']);
  assert.deepEqual(asked.value, ['resolved', undefined]);
  assert.deepEqual([on.errors, stream.state.kind], [[], 'connected']);
});

test('what is too big is refused once, although the server closes', async () => {
  const on = new Harness();
  on.server.answers.start_generation = (socket) => {
    socket.error('message_too_big');
    socket.drop(1009);
  };
  const stream = on.follow();
  const started = outcome(stream.start(PROMPT));
  await on.clock.advance(10_000);
  assert.deepEqual(started.value, ['rejected', 'message_too_big']);
  assert.equal(stream.state.kind, 'connected');
});

test('a token that expires is no answer to what was on its way', async () => {
  const on = new Harness();
  on.server.answers.ping = (socket) => {
    socket.error('token_expired');
    socket.drop(4401);
  };
  const stream = on.follow({ token: () => 'secret' });
  const started = outcome(stream.start(PROMPT));
  await settle();
  on.server.answers.ping = (socket) => socket.say({ type: 'pong' });
  await on.clock.advance(1_000);
  assert.deepEqual(started.value, ['resolved', undefined]);
  assert.deepEqual(on.errors, ['token_expired']);
});

test('the state comes as the answer to its question', async () => {
  const on = new Harness();
  const state = { lastSeq: 3, jobs: [], agentState: 'idle', files: { 'index.html': 12 } };
  on.server.answers.get_state = (socket) =>
    socket.say({ type: 'state', sessionId: SESSION, ...state });
  const stream = on.follow();
  assert.deepEqual(await stream.getState(), { type: 'state', sessionId: SESSION, ...state });
});

test('nothing waits for a stream that has ended, nor without limit', async () => {
  const on = new Harness();
  on.server.reachable = false;
  const stream = on.follow();
  const waiting = Array.from({ length: 101 }, () => outcome(stream.cancel(JOB)));
  await settle();
  assert.equal(waiting[99]?.value, undefined);
  assert.deepEqual(waiting[100]?.value, ['rejected', 'too_many_requests']);
  stream.close();
  const late = outcome(stream.cancel(JOB));
  await settle();
  assert.deepEqual(waiting[0]?.value, ['rejected', 'closed']);
  assert.deepEqual(late.value, ['rejected', 'closed']);
});
