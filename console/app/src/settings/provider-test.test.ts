import { expect, test } from 'vitest';
import { after, type TestState } from './provider-test';

const begun: TestState = { running: true, steps: [] };
const step = { name: 'reachable', status: 'passed', message: 'it answers', durationMs: 12 };
const event = (name: string, data: unknown) => ({ event: name, data: JSON.stringify(data) });

test('a step is under way until it is done', () => {
  const one = after(begun, event('begin', { name: 'reachable' }));
  expect(one).toMatchObject({ current: 'reachable', steps: [] });
  const two = after(one, event('step', step));
  expect(two).toMatchObject({ current: undefined, steps: [step] });
});

test('the result comes at the end, and what is unknown changes nothing', () => {
  const result = { ok: true, steps: [step] };
  expect(after(begun, event('result', result)).result).toEqual(result);
  expect(after(begun, event('news', 1))).toBe(begun);
});

test('an error of the stream is thrown with its words', () => {
  const problem = { status: 401, code: 'token_expired', detail: 'The token was good once.' };
  expect(() => after(begun, event('error', problem))).toThrow('The token was good once.');
});
