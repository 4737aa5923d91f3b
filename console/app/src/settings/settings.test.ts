import { expect, test } from 'vitest';
import { wrongHookUrl } from './events';
import { CHOICES, expiryOf } from './expiry';

test('every choice of an expiry means a time ahead, or none', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(expiryOf('30', now)).toBe('2026-01-31T00:00:00.000Z');
  expect(expiryOf('', now)).toBeUndefined();
  for (const [days] of CHOICES) {
    const at = expiryOf(days, now);
    expect(at === undefined || Date.parse(at) > now).toBe(true);
  }
});

test('an address of a webhook is one of the web, and holds no password', () => {
  for (const good of ['https://a.example/leo', ' http://127.0.0.1:8080 ']) {
    expect(wrongHookUrl(good)).toBeUndefined();
  }
  for (const bad of ['', 'a.example', 'ftp://a.example', 'javascript:alert(1)']) {
    expect(wrongHookUrl(bad)).toContain('begins with');
  }
  expect(wrongHookUrl('https://me:secret@a.example')).toContain('no name or password');
  expect(wrongHookUrl(`https://a.example/${'x'.repeat(2048)}`)).toContain('2048');
});
