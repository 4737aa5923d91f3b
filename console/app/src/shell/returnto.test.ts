import { expect, test } from 'vitest';
import { safeReturnTo } from './returnto';

const at = (value: string | undefined) => safeReturnTo(value, 'https://leo.example');

test.each(['/', '/sessions/1/log?q=a%20b&wrap=1#L120-L140', '/settings/keys', '/?q=//not-a-host'])(
  '%s is a path of this site',
  (path) => {
    expect(at(path)).toBe(path);
  },
);

test.each([
  undefined,
  '',
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  '/./\\evil.example',
  'javascript:alert(1)',
  'sessions/1',
  ' /sessions/1',
  '/sign-in?returnTo=%2F',
])('%j leads home', (path) => {
  expect(at(path)).toBe('/');
});
