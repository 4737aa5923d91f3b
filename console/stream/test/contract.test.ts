/**
 * The module's tables, beside those of the server that it was written after.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { whatFollows } from '../src/endings.js';
import { EVENT_TYPES, websocketUrl } from '../src/index.js';

/** Tests run in `build/test`. */
const PROTOCOL = new URL('../../../../protocol/src/', import.meta.url);

function source(name: string): string {
  return readFileSync(new URL(name, PROTOCOL), 'utf8');
}

/** The variants of an enum, as they are called on the wire. */
function variants(text: string, name: string): string[] {
  const body = text.split(`pub enum ${name} {`)[1]?.split('\n}\n')[0] ?? '';
  const names = [...body.matchAll(/^ {4}([A-Z]\w+)/gm)].map((match) => match[1] ?? '');
  return names.map((variant) => variant.replace(/\B[A-Z]/g, '_$&').toLowerCase());
}

test('knows every type of event, and no other', () => {
  const types = variants(source('event/mod.rs'), 'EventKind');
  assert.ok(types.length > 30);
  assert.deepEqual([...EVENT_TYPES].sort(), types.sort());
});

test('knows the codes that a server closes with', () => {
  const codes = [...source('repl.rs').matchAll(/const CLOSE_(\w+): u16 = (\d+)/g)];
  const past = { joined: true, otherToken: false };
  const next = codes.map(([, name, code]) => [
    name,
    whatFollows({ kind: 'closed', code: Number(code) }, past).kind,
  ]);
  assert.deepEqual(Object.fromEntries(next), {
    RESTART: 'quick',
    UNAUTHENTICATED: 'unauthenticated',
    FORBIDDEN: 'ended',
    NOT_FOUND: 'ended',
    RATE_LIMITED: 'backoff',
  });
});

test('finds the socket of an installation', () => {
  assert.equal(websocketUrl('http://localhost:5013'), 'ws://localhost:5013/ws');
  assert.equal(websocketUrl('https://leo.example/below/?x#y'), 'wss://leo.example/below/ws');
});
