import { expect, test } from 'vitest';
import { ApiError } from '../api/client';
import { signInWords, wrongAddress, wrongNewPassword } from './form';

test('an address has something on both sides of one @', () => {
  expect(wrongAddress(' you@example.com ')).toBeUndefined();
  expect(wrongAddress('you@localhost')).toBeUndefined();
  for (const address of ['', '  ', 'you', '@example.com', 'you@', 'a b@c', 'a@b@c']) {
    expect(wrongAddress(address)).toBeDefined();
  }
});

test('a password is counted in characters, not in units', () => {
  expect(wrongNewPassword('1234567', 'a@b')).toContain('at least 8');
  expect(wrongNewPassword('12345678', 'a@b')).toBeUndefined();
  expect(wrongNewPassword('🦁'.repeat(7), 'a@b')).toContain('at least 8');
  expect(wrongNewPassword('🦁'.repeat(256), 'a@b')).toBeUndefined();
  expect(wrongNewPassword('x'.repeat(257), 'a@b')).toContain('at most 256');
});

test('the address is no password', () => {
  expect(wrongNewPassword('You@Example.com', ' you@example.COM ')).toContain('no password');
});

test('too many attempts say when to come back', () => {
  const error = new ApiError(429, 'too_many_attempts', 'x', undefined, 150);
  expect(signInWords(error)).toBe('There were too many attempts. Try again in 2 min 30 s.');
});

test('what is not known here is said as the server says it', () => {
  expect(signInWords(new ApiError(503, 'busy', 'Too many sign-ins at once.'))).toBe(
    'Too many sign-ins at once.',
  );
});
