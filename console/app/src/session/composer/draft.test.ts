import { beforeEach, expect, test } from 'vitest';
import { changeDraft, keyFor, NO_OPTIONS, readDraft } from './draft';
import { requestOf } from './submit';

beforeEach(() => sessionStorage.clear());

test('a draft is there again after a reload', () => {
  changeDraft('a', (draft) => ({ ...draft, prompt: 'a clock' }));
  expect(readDraft('a').prompt).toBe('a clock');
  expect(readDraft('b').prompt).toBe('');
});

test('a draft that was forgotten elsewhere is forgotten', () => {
  changeDraft('a', (draft) => ({ ...draft, prompt: 'a clock' }));
  sessionStorage.clear();
  changeDraft('a', (draft) => ({ ...draft, options: { ...draft.options, model: 'm' } }));
  expect(readDraft('a')).toMatchObject({ prompt: '', options: { model: 'm' } });
});

test('what cannot be read is no draft', () => {
  sessionStorage.setItem('leo.draft.a', '{"prompt":7}');
  sessionStorage.setItem('leo.draft.b', 'nonsense');
  expect(readDraft('a').prompt).toBe('');
  expect(readDraft('b').prompt).toBe('');
});

test('the same request keeps its key, another one gets its own', () => {
  const draft = { prompt: 'p', options: NO_OPTIONS };
  const key = keyFor(draft, 'request');
  const sent = { ...draft, sent: { request: 'request', key } };
  expect(keyFor(sent, 'request')).toBe(key);
  expect(keyFor(sent, 'another')).not.toBe(key);
});

test('the key survives a reload', () => {
  changeDraft('a', (draft) => ({ ...draft, prompt: 'p', sent: { request: 'r', key: 'k' } }));
  expect(keyFor(readDraft('a'), 'r')).toBe('k');
});

test('options that are empty are not asked for', () => {
  expect(requestOf({ prompt: ' a clock\n', options: NO_OPTIONS })).toEqual({ prompt: 'a clock' });
  const options = {
    mode: 'plan',
    maxIterations: '3',
    model: ' m ',
    tokens: '1000',
    usd: '0.5',
  } as const;
  expect(requestOf({ prompt: 'p', options })).toEqual({
    prompt: 'p',
    mode: 'plan',
    maxIterations: 3,
    model: 'm',
    budget: { tokens: 1000, usd: 0.5 },
  });
});
