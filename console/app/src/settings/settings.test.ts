import { expect, test } from 'vitest';
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
