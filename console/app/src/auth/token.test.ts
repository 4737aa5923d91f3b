import { afterEach, expect, test, vi } from 'vitest';
import { nameIn } from './downloads';
import { bearer, dropToken, fetchWithToken, keepToken, tokenOf } from './token';

afterEach(() => {
  dropToken();
  vi.unstubAllGlobals();
});

test('a token is what remains of what was pasted', () => {
  expect(tokenOf(' leo_key_0123\n')).toBe('leo_key_0123');
  expect(tokenOf('Bearer abc.def.ghi')).toBe('abc.def.ghi');
  for (const none of ['', 'short', 'two words', 'zu\u00fcrich-token', 'x'.repeat(8193)]) {
    expect(tokenOf(none)).toBeUndefined();
  }
});

test('it lives in the tab until it is dropped', () => {
  keepToken('leo_key_0123');
  expect(bearer()).toBe('leo_key_0123');
  expect(sessionStorage.getItem('leo.token')).toBe('leo_key_0123');
  dropToken();
  expect(bearer()).toBeUndefined();
  expect(sessionStorage.getItem('leo.token')).toBeNull();
});

test('requests carry it only while there is one', async () => {
  const sent: (string | null)[] = [];
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    sent.push(new Headers(init.headers).get('Authorization'));
    return Promise.resolve(new Response());
  });
  await fetchWithToken('/api/jobs');
  keepToken('leo_key_0123');
  await fetchWithToken('/api/jobs', { headers: { Accept: 'text/plain' } });
  expect(sent).toEqual([null, 'Bearer leo_key_0123']);
});

test('a download has the name that the server gives it', () => {
  expect(nameIn('attachment; filename="a.zip"')).toBe('a.zip');
  expect(nameIn(`attachment; filename="a.zip"; filename*=UTF-8''t%C3%BCr.zip`)).toBe('tür.zip');
  expect(nameIn(`attachment; filename="a.zip"; filename*=UTF-8''%E0%A4`)).toBe('a.zip');
  expect(nameIn(null)).toBeUndefined();
});
