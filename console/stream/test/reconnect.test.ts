/**
 * What follows the end of a connection, and what a user interface is told of it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { settle } from './fakes.js';
import { Harness } from './harness.js';

/** What a server sends that does not know the token. */
function refuse(on: Harness): void {
  on.server.answers.authenticate = (socket) => {
    socket.error('unauthorized');
    socket.drop(4401);
  };
}

test('counts down to the next attempt, and goes on from its place', async () => {
  const on = new Harness();
  on.clock.chance = () => 0.999;
  on.server.reachable = false;
  on.follow({ after: 5 });
  await on.clock.advance(3_000);
  on.server.reachable = true;
  await on.clock.advance(1_000);
  const rounded = on.states.map((state) =>
    state.kind === 'reconnecting' ? { ...state, inMs: Math.round(state.inMs) } : state,
  );
  assert.deepEqual(rounded, [
    { kind: 'connecting', attempt: 0 },
    { kind: 'reconnecting', inMs: 500, attempt: 1 },
    { kind: 'connecting', attempt: 1 },
    { kind: 'reconnecting', inMs: 999, attempt: 2 },
    { kind: 'connecting', attempt: 2 },
    { kind: 'reconnecting', inMs: 1998, attempt: 3 },
    { kind: 'reconnecting', inMs: 998, attempt: 3 },
    { kind: 'connecting', attempt: 3 },
    { kind: 'connected', replayed: 0 },
  ]);
  assert.equal(on.server.socket.of('join_session')[0]?.after, 5);
});

test('pauses are anything up to a ceiling that ends at 30 s', async () => {
  const on = new Harness();
  on.server.reachable = false;
  const stream = on.follow();
  await on.clock.advance(600_000);
  for (const [chance, inMs] of [
    [0.5, 15_000],
    [0.999, 29_970],
    [0, 50],
  ] as const) {
    on.clock.chance = () => chance;
    stream.retry();
    await settle();
    assert.deepEqual(stream.state.kind === 'reconnecting' && stream.state.inMs, inMs);
  }
  stream.close();
});

test('a connection that has lasted ends a series of failures, a short one does not', async () => {
  for (const [lasts, attempt] of [
    [1_000, 2],
    [5_000, 1],
  ] as const) {
    const on = new Harness();
    on.server.reachable = false;
    const stream = on.follow();
    await settle();
    on.server.reachable = true;
    await on.clock.advance(1_000);
    assert.deepEqual(stream.state, { kind: 'connected', replayed: 0 });
    await on.clock.advance(lasts - 750);
    on.server.socket.drop();
    const state = on.states.at(-1);
    assert.equal(state?.kind === 'reconnecting' && state.attempt, attempt);
  }
});

test('comes back soon after a restart, once', async () => {
  const on = new Harness();
  on.clock.chance = () => 0.9;
  on.server.reachable = false;
  const stream = on.follow();
  await on.clock.advance(30_000);
  on.server.reachable = true;
  await on.clock.advance(60_000);
  assert.equal(stream.state.kind, 'connected');
  on.server.socket.drop(1012);
  assert.deepEqual(stream.state, { kind: 'reconnecting', inMs: 1_800, attempt: 1 });
  on.server.answers.join_session = (socket) => socket.drop(1012);
  await on.clock.advance(1_800);
  assert.deepEqual(stream.state, { kind: 'reconnecting', inMs: 900, attempt: 2 });
});

test('without a token 4401 is the end, until somebody tries again', async () => {
  const on = new Harness();
  on.server.answers.join_session = (socket) => socket.error('unauthenticated');
  const stream = on.follow();
  await on.clock.advance(1_000);
  assert.deepEqual([on.kinds, on.errors], [['connecting', 'unauthenticated'], ['unauthenticated']]);
  await on.clock.advance(60_000);
  assert.equal(on.server.sockets.length, 1);
  on.server.answers.join_session = (socket) => socket.joined(0);
  stream.retry();
  await settle();
  assert.equal(stream.state.kind, 'connected');
});

test('asks for another token once, and authenticates before it joins', async () => {
  const on = new Harness();
  refuse(on);
  const asked: boolean[] = [];
  const token = ({ refused }: { refused: boolean }) => {
    asked.push(refused);
    return Promise.resolve('secret');
  };
  const stream = on.follow({ token });
  await on.clock.advance(60_000);
  assert.deepEqual(asked, [false, true]);
  assert.deepEqual(stream.state, { kind: 'unauthenticated' });
  assert.deepEqual(
    on.server.socket.sent.map(({ type }) => type),
    ['authenticate', 'join_session'],
  );
});

test('a token that expires later is replaced each time', async () => {
  const on = new Harness();
  const asked: boolean[] = [];
  const token = ({ refused }: { refused: boolean }) => {
    asked.push(refused);
    return 'secret';
  };
  const stream = on.follow({ token });
  for (let hour = 0; hour < 3; hour += 1) {
    await on.clock.advance(3_600_000);
    assert.equal(stream.state.kind, 'connected');
    on.server.socket.error('token_expired');
    on.server.socket.drop(4401);
  }
  assert.deepEqual(asked, [false, true, true]);
});

test('a revoked key is not tried for ever', async () => {
  const on = new Harness();
  const stream = on.follow({ token: () => 'revoked' });
  await settle();
  refuse(on);
  on.server.socket.error('token_revoked');
  on.server.socket.drop(4401);
  await on.clock.advance(60_000);
  assert.deepEqual(on.errors, ['token_revoked', 'unauthorized']);
  assert.deepEqual(stream.state, { kind: 'unauthenticated' });
  assert.deepEqual([on.server.sockets.length, on.clock.waiting], [2, 0]);
});

test('a token that cannot be had is a failed attempt', async () => {
  const on = new Harness();
  let fails = true;
  const token = () => (fails ? Promise.reject(new Error('offline')) : 'secret');
  on.follow({ token });
  await settle();
  fails = false;
  await on.clock.advance(500);
  assert.deepEqual(on.kinds, ['connecting', 'reconnecting', 'connecting', 'connected']);
});

test('what the server will never show is the end', async () => {
  for (const [code, reason] of [
    [4403, 'forbidden'],
    [4404, 'not_found'],
  ] as const) {
    const on = new Harness();
    const stream = on.follow();
    await settle();
    on.server.socket.drop(code);
    await on.clock.advance(60_000);
    stream.retry();
    assert.deepEqual(stream.state, { kind: 'ended', reason });
    assert.deepEqual([on.server.sockets.length, on.clock.waiting], [1, 0]);
  }
});

test('so is a session of which the server says that it does not follow it any more', async () => {
  for (const reason of ['not_found', 'events_missing', 'events_unreadable'] as const) {
    const on = new Harness();
    const stream = on.follow();
    await settle();
    on.server.socket.error(reason);
    assert.deepEqual(stream.state, { kind: 'ended', reason });
    assert.ok(on.server.socket.closed);
  }
});

test('a join that is refused for now is repeated, although the server does not close', async () => {
  const on = new Harness();
  on.server.answers.join_session = (socket) => socket.error('unavailable');
  const stream = on.follow();
  await on.clock.advance(1_000);
  assert.deepEqual([stream.state.kind, on.errors], ['reconnecting', ['unavailable']]);
});

test('a connection that never comes about is given up', async () => {
  const on = new Harness();
  on.server.answers.join_session = () => {};
  const stream = on.follow();
  await on.clock.advance(14_999);
  assert.equal(stream.state.kind, 'connecting');
  await on.clock.advance(1);
  assert.equal(stream.state.kind, 'reconnecting');
});

test('closing ends everything, in each state', async () => {
  for (const until of ['connecting', 'connected', 'reconnecting']) {
    const on = new Harness();
    const stream = on.follow();
    if (until !== 'connecting') await settle();
    if (until === 'reconnecting') on.server.socket.drop();
    assert.equal(stream.state.kind, until);
    stream.close();
    stream.close();
    await on.clock.advance(60_000);
    stream.retry();
    assert.deepEqual([stream.state, on.clock.waiting], [{ kind: 'closed' }, 0]);
    assert.ok(on.server.sockets.length <= 1);
  }
});
