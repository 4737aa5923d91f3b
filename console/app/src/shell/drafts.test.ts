import { beforeEach, expect, test } from 'vitest';
import { forgetDrafts, ownDrafts } from './drafts';

const KEY = 'leo.draft.new';

beforeEach(() => sessionStorage.clear());

test('one keeps what one has typed, over signing in again', () => {
  ownDrafts('a');
  sessionStorage.setItem(KEY, 'half a thought');
  ownDrafts('a');
  expect(sessionStorage.getItem(KEY)).toBe('half a thought');
});

test('nobody else is shown it', () => {
  ownDrafts('a');
  sessionStorage.setItem(KEY, 'half a thought');
  ownDrafts('b');
  expect(sessionStorage.getItem(KEY)).toBeNull();
});

test('a sign-out forgets drafts and nothing else', () => {
  sessionStorage.setItem(KEY, 'half a thought');
  sessionStorage.setItem('other', 'stays');
  forgetDrafts();
  expect(sessionStorage.getItem(KEY)).toBeNull();
  expect(sessionStorage.getItem('other')).toBe('stays');
});
