import { expect, test } from 'vitest';
import { pillSaid, pillText } from './pill';

test('the pill says where the connection stands', () => {
  expect(pillText({ kind: 'connecting', attempt: 0 }, true)).toBe('connecting');
  expect(pillText({ kind: 'replaying', replayed: 1200, total: 5000 }, true)).toBe(
    'replaying 1,200 of 5,000 events',
  );
  expect(pillText({ kind: 'reconnecting', inMs: 2400, attempt: 2 }, true)).toBe(
    'reconnecting in 3 s',
  );
  expect(pillText({ kind: 'unauthenticated' }, true)).toBe('signed out');
});

test('how much was replayed is said for a while', () => {
  expect(pillText({ kind: 'connected', replayed: 1 }, true)).toBe('replayed 1 event');
  expect(pillText({ kind: 'connected', replayed: 1 }, false)).toBe('connected');
  expect(pillText({ kind: 'connected', replayed: 0 }, true)).toBe('connected');
});

test('those who listen are not told each second', () => {
  const told = [3000, 2000, 1000].map((inMs) =>
    pillSaid({ kind: 'reconnecting', inMs, attempt: 1 }),
  );
  expect(new Set([...told, pillSaid({ kind: 'connecting', attempt: 1 })]).size).toBe(1);
});
