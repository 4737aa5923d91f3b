/**
 * Whether a dead connection is found, and a living one left alone.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { settle } from './fakes.js';
import { Harness, upTo } from './harness.js';

/** A page that is looked at, or not. */
class FakePage {
  readonly window = new EventTarget();
  readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' });

  show(state: 'visible' | 'hidden'): void {
    this.document.visibilityState = state;
    this.document.dispatchEvent(new Event('visibilitychange'));
  }
}

function mute(on: Harness): void {
  on.server.answers.ping = () => {};
}

test('asks after 15 s of silence and gives up after 30 s', async () => {
  const on = new Harness();
  const stream = on.follow();
  await settle();
  mute(on);
  await on.clock.advance(14_999);
  assert.equal(on.server.socket.of('ping').length, 0);
  await on.clock.advance(1);
  assert.equal(on.server.socket.of('ping').length, 1);
  await on.clock.advance(14_999);
  assert.equal(stream.state.kind, 'connected');
  await on.clock.advance(1);
  assert.equal(stream.state.kind, 'reconnecting');
  assert.ok(on.server.socket.closed);
});

test('answers keep a quiet connection, and events make questions needless', async () => {
  const on = new Harness();
  const stream = on.follow();
  await on.clock.advance(600_000);
  assert.deepEqual([stream.state.kind, on.server.sockets.length], ['connected', 1]);
  mute(on);
  const before = on.server.socket.of('ping').length;
  for (let seq = 1; seq <= 60; seq += 1) {
    on.server.socket.events(seq, seq);
    await on.clock.advance(10_000);
  }
  assert.equal(on.server.socket.of('ping').length, before);
  assert.equal(stream.state.kind, 'connected');
});

test('a machine that slept hears what had arrived before it judges', async () => {
  const on = new Harness();
  const stream = on.follow();
  await settle();
  mute(on);
  await on.clock.advance(15_000);
  await on.clock.sleep(3_600_000);
  assert.equal(stream.state.kind, 'connected');
  on.server.socket.say({ type: 'pong' });
  await on.clock.advance(14_000);
  assert.equal(stream.state.kind, 'connected');
});

test('a line that needs a minute for a frame gets there in the end', async () => {
  const on = new Harness();
  on.server.answers.join_session = (socket, { after }) => {
    socket.joined(3);
    // Nothing, pongs included, arrives before the frame that is under way.
    on.clock.after(60_000, () => {
      if (socket.closed) return;
      socket.events(after + 1, after + 1);
      socket.say({ type: 'pong' });
    });
  };
  mute(on);
  const stream = on.follow();
  await on.clock.advance(600_000);
  assert.deepEqual(on.seqs, upTo(3));
  assert.ok(stream.counts.connections < 10);
});

test('a page that is online or looked at again connects at once', async () => {
  for (const wake of ['online', 'visible']) {
    const on = new Harness();
    const page = new FakePage();
    on.server.reachable = false;
    on.follow({ surroundings: page });
    await settle();
    on.server.reachable = true;
    page.show('hidden');
    await settle();
    assert.equal(on.states.at(-1)?.kind, 'reconnecting');
    if (wake === 'online') page.window.dispatchEvent(new Event('online'));
    else page.show('visible');
    await settle();
    assert.equal(on.states.at(-1)?.kind, 'connected');
  }
});

test('and asks at once whether its connection still lives', async () => {
  for (const dead of [true, false]) {
    const on = new Harness();
    const page = new FakePage();
    const stream = on.follow({ surroundings: page });
    await on.clock.advance(1_000);
    if (dead) mute(on);
    page.window.dispatchEvent(new Event('offline'));
    page.show('visible');
    await on.clock.advance(5_000);
    assert.equal(stream.state.kind, dead ? 'reconnecting' : 'connected');
    assert.equal(on.server.socket.of('ping').length, 1);
    stream.close();
    page.show('visible');
    await settle();
    assert.equal(on.server.sockets.length, 1);
  }
});
