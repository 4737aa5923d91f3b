import { expect, test } from 'vitest';
import { changeOf, typedOf, wrongLimit } from './limits';

test('what was not touched is not sent', () => {
  const overrides = { maxRunning: 5, rateLimit: 0 };
  expect(changeOf(overrides, typedOf(overrides))).toEqual({});
});

test('an emptied limit is as the settings say, and 0 is a number', () => {
  const typed = { ...typedOf({ maxRunning: 5 }), maxRunning: ' ', quotaSessions: '0' };
  expect(changeOf({ maxRunning: 5 }, typed)).toEqual({ maxRunning: null, quotaSessions: 0 });
});

test('nothing is sent while something is wrong', () => {
  expect(changeOf({}, { ...typedOf({}), maxRunning: '0' })).toBeUndefined();
  expect(changeOf({}, { ...typedOf({}), rateLimit: 'many' })).toBeUndefined();
  expect(wrongLimit('1.5', 0)).toBeDefined();
  expect(wrongLimit('-1', 0)).toBeDefined();
});
