/**
 * Every event once, in order, whatever the server and the network do.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { LeoEvent } from '../src/index.js';
import { JOB, SESSION, settle, TIME } from './fakes.js';
import { Harness, upTo } from './harness.js';

test('what happened before and what happens now come as one', async () => {
  const on = new Harness();
  on.server.answers.join_session = (socket) => {
    socket.joined(4);
    socket.events(1, 2);
    socket.events(3, 4);
  };
  const stream = on.follow();
  await settle();
  on.server.socket.events(5, 5);
  assert.deepEqual(on.seqs, upTo(5));
  assert.equal(stream.position, 5);
  assert.deepEqual(on.states, [
    { kind: 'connecting', attempt: 0 },
    { kind: 'replaying', replayed: 0, total: 4 },
    { kind: 'replaying', replayed: 2, total: 4 },
    { kind: 'connected', replayed: 4 },
  ]);
  assert.deepEqual(on.server.socket.of('join_session'), [
    { type: 'join_session', sessionId: SESSION, after: 0, batch: true },
  ]);
});

test('each event has its place, its job and its fields', async () => {
  const on = new Harness();
  on.follow();
  await settle();
  on.server.socket.events(1, 1);
  on.server.socket.say({
    type: 'events',
    sessionId: SESSION,
    first: 2,
    events: [{ timestamp: TIME, type: 'artifact_published', jobId: JOB }],
  });
  on.server.socket.say({
    type: 'of_tomorrow',
    seq: 3,
    sessionId: SESSION,
    timestamp: TIME,
    more: true,
  });
  const place = { sessionId: SESSION, timestamp: TIME };
  assert.deepEqual(on.events as object[], [
    { ...place, seq: 1, type: 'info', jobId: JOB, message: 'event 1' },
    { ...place, seq: 2, type: 'artifact_published', jobId: JOB },
    {
      ...place,
      seq: 3,
      type: 'unknown',
      raw: { ...place, seq: 3, type: 'of_tomorrow', more: true },
    },
  ]);
  assert.deepEqual(on.events.map(text), ['event 1', 'else', 'of_tomorrow']);
});

/** Mostly for the compiler: the union is told apart by `type`, types of newer servers included. */
function text(event: LeoEvent): string {
  switch (event.type) {
    case 'info':
      return event.message;
    case 'log':
      return event.log.line;
    case 'unknown':
      return String(event.raw['type']);
    default:
      return 'else';
  }
}

test('what was handed out already is dropped, also within a frame', async () => {
  const on = new Harness();
  const stream = on.follow();
  await settle();
  on.server.socket.events(1, 3);
  on.server.socket.events(1, 3);
  on.server.socket.events(2, 5);
  assert.deepEqual(on.seqs, upTo(5));
  assert.deepEqual(stream.counts.duplicates, 5);
});

test('behind a gap nothing is handed out, and the rest is fetched anew', async () => {
  const on = new Harness();
  const stream = on.follow();
  await settle();
  const first = on.server.socket;
  first.events(1, 2);
  first.events(5, 6);
  assert.ok(first.closed);
  first.events(3, 4);
  assert.deepEqual(on.seqs, upTo(2));
  await on.clock.advance(500);
  assert.equal(on.server.socket.of('join_session')[0]?.after, 2);
  on.server.socket.events(3, 6);
  assert.deepEqual(on.seqs, upTo(6));
  assert.equal(stream.counts.gaps, 1);
});

test('a frame that cannot be read costs a connection and no event', async () => {
  for (const bad of ['{', '[]', '{"type":"events","first":3}', '{"type":"log","seq":-1}']) {
    const on = new Harness();
    on.follow({ after: 2 });
    await settle();
    on.server.socket.say(bad);
    assert.equal(on.states.at(-1)?.kind, 'reconnecting', bad);
    await on.clock.advance(500);
    assert.equal(on.server.socket.of('join_session')[0]?.after, 2);
  }
});

test('what is of another session, or of a newer server, is passed over', async () => {
  const on = new Harness();
  on.follow();
  await settle();
  on.server.socket.say({ type: 'events', sessionId: 'other', first: 9, events: [{}] });
  on.server.socket.say({ type: 'weather', sunny: true });
  assert.deepEqual([on.seqs, on.states.at(-1)?.kind], [[], 'connected']);
});

test('a reset begins again on the same connection', async () => {
  const on = new Harness();
  on.server.answers.join_session = (socket, { after }) => {
    if (after > 3) return socket.say({ type: 'reset', sessionId: SESSION, lastSeq: 3 });
    socket.joined(3);
    socket.events(after + 1, 3);
  };
  const stream = on.follow({ after: 7 });
  await settle();
  assert.deepEqual([on.resets, on.seqs, stream.position], [1, upTo(3), 3]);
  assert.deepEqual(on.kinds, ['connecting', 'replaying', 'connected']);
  assert.equal(on.server.sockets.length, 1);
});

test('acknowledges when it joins, after a second, and after 256 KiB', async () => {
  const on = new Harness();
  on.follow({ after: 1 });
  await settle();
  const acks = () => on.server.socket.of('ack').map(({ seq }) => seq);
  assert.deepEqual(acks(), [1]);
  on.server.socket.events(2, 3);
  on.server.socket.events(4, 5);
  await on.clock.advance(999);
  assert.deepEqual(acks(), [1]);
  await on.clock.advance(1);
  assert.deepEqual(acks(), [1, 5]);
  const message = 'x'.repeat(256 * 1024);
  const place = { sessionId: SESSION, timestamp: TIME };
  on.server.socket.say({ type: 'info', seq: 6, ...place, message });
  assert.deepEqual(acks(), [1, 5, 6]);
  await on.clock.advance(5_000);
  assert.deepEqual(acks(), [1, 5, 6]);
});

test('a page that closes in the midst of events gets no more', async () => {
  const on = new Harness();
  const stream = on.follow({
    onEvents: (events) => {
      on.events.push(...events);
      stream.close();
    },
  });
  await settle();
  const socket = on.server.socket;
  socket.events(1, 2);
  socket.events(3, 4);
  assert.deepEqual([on.seqs, stream.state.kind, socket.closed], [upTo(2), 'closed', true]);
  await on.clock.advance(60_000);
  assert.deepEqual([on.server.sockets.length, on.clock.waiting], [1, 0]);
});
