/**
 * A server that does everything wrong, by a seed: it cuts connections, repeats, leaves out, swaps,
 * sends nonsense, falls silent, restarts and forgets. Whoever follows it ends with every event once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { FakeSocket } from './fakes.js';
import { Harness, upTo } from './harness.js';

const SEEDS = 40;
const EVENTS = 500;
/** Steps after which a run is given up. */
const PATIENCE = 20_000;

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function chances(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Rogue {
  readonly on = new Harness();
  readonly #chance: () => number;
  /** The server's own idea of how far each socket is. */
  readonly #places = new Map<FakeSocket, number>();
  faults = 0;

  constructor(seed: number) {
    this.#chance = chances(seed);
    this.on.clock.chance = this.#chance;
    this.on.server.answers.join_session = (socket, { after }) => {
      this.#places.set(socket, after);
      socket.joined(EVENTS);
    };
    // A socket that falls silent answers no ping either.
    this.on.server.answers.ping = (socket) => {
      if (this.#places.has(socket)) socket.say({ type: 'pong' });
    };
  }

  /** Sends something, mostly what it should. */
  step(socket: FakeSocket): void {
    const place = this.#places.get(socket);
    if (place === undefined || socket.closed) return;
    const count = this.#between(1, 9);
    const last = Math.min(EVENTS, place + count);
    if (this.#chance() < 0.25) return this.#fault(socket, place);
    if (last > place) socket.events(place + 1, last);
    this.#places.set(socket, last);
  }

  #fault(socket: FakeSocket, place: number): void {
    this.faults += 1;
    const faults = [
      () => socket.drop(),
      () => socket.drop([1000, 1001, 1011, 1012, 1013, 4429][this.#between(0, 5)]),
      () => socket.events(Math.max(1, place - 5), place + 1),
      () => socket.events(Math.max(1, place - 5), Math.max(1, place)),
      () => socket.events(place + 3, place + 4),
      () => (socket.events(place + 2, place + 2), socket.events(place + 1, place + 1)),
      () => socket.say('{"type":"events",'),
      () => this.#places.delete(socket),
      () => socket.error('unavailable'),
    ];
    faults[this.#between(0, faults.length - 1)]?.();
  }

  #between(low: number, high: number): number {
    return low + Math.floor(this.#chance() * (high - low + 1));
  }
}

test(`ends with every event once, for ${SEEDS} seeds`, async () => {
  let faults = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const rogue = new Rogue(seed);
    const stream = rogue.on.follow();
    for (let step = 0; stream.position < EVENTS && step < PATIENCE; step += 1) {
      await rogue.on.clock.advance(100);
      for (const socket of rogue.on.server.sockets) rogue.step(socket);
    }
    assert.deepEqual(rogue.on.seqs, upTo(EVENTS), `seed ${seed}`);
    stream.close();
    assert.equal(rogue.on.clock.waiting, 0, `seed ${seed} leaves timers`);
    faults += rogue.faults;
  }
  assert.ok(faults > SEEDS * 10, `only ${faults} faults`);
});
