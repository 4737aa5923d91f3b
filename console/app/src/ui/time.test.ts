import { expect, test } from 'vitest';
import { ago, duration } from './time';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const before = (seconds: number) => ago(NOW - seconds * 1000, NOW);

test('times are said in the largest unit that is full', () => {
  expect(before(0)).toBe('just now');
  expect(before(59)).toBe('just now');
  expect(before(60)).toBe('1 minute ago');
  expect(before(3_599)).toBe('59 minutes ago');
  expect(before(3_600)).toBe('1 hour ago');
  expect(before(86_400)).toBe('yesterday');
  expect(before(86_400 * 45)).toBe('last month');
  expect(before(86_400 * 800)).toBe('2 years ago');
});

test('the future, also of a clock that is a little ahead', () => {
  expect(before(-3)).toBe('just now');
  expect(before(-30)).toBe('in a moment');
  expect(before(-7_200)).toBe('in 2 hours');
});

test('durations keep two units', () => {
  expect(duration(-5)).toBe('0 ms');
  expect(duration(999)).toBe('999 ms');
  expect(duration(4_200)).toBe('4.2 s');
  expect(duration(59_400)).toBe('59 s');
  expect(duration(59_600)).toBe('1 min 0 s');
  expect(duration(3_723_000)).toBe('1 h 2 min');
});
