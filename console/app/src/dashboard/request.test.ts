import { expect, test } from 'vitest';
import { EMPTY, Keys, requestOf, wrongPhases } from './request';

test('a prompt of spaces makes no request', () => {
  expect(requestOf({ ...EMPTY, prompt: ' \n' })).toBeUndefined();
});

test('only what was chosen is sent', () => {
  expect(requestOf({ ...EMPTY, prompt: ' a pond diary\n' })).toEqual({ prompt: ' a pond diary\n' });
  expect(requestOf({ prompt: 'x', mode: 'plan', model: ' m ', phases: ' 3 ' })).toEqual({
    prompt: 'x',
    mode: 'plan',
    model: 'm',
    maxIterations: 3,
  });
});

test('phases are a whole number from 1 to 1000', () => {
  for (const good of ['', '1', '1000']) expect(wrongPhases(good)).toBeUndefined();
  for (const bad of ['0', '1001', '-1', '1.5', 'ten', '1e9']) {
    expect(wrongPhases(bad)).toBeDefined();
    expect(requestOf({ ...EMPTY, prompt: 'x', phases: bad })).toBeUndefined();
  }
});

test('a key belongs to one request until that is carried out', () => {
  let made = 0;
  const keys = new Keys(() => `key${(made += 1)}`);
  expect(keys.of({ prompt: 'a' })).toBe('key1');
  expect(keys.of({ prompt: 'a' })).toBe('key1');
  expect(keys.of({ prompt: 'b' })).toBe('key2');
  keys.done();
  expect(keys.of({ prompt: 'b' })).toBe('key3');
});
