/**
 * Idempotency keys.
 */

/** Random bytes of a key. */
const BYTES = 16;

/** A new key. Not `randomUUID`, which pages have over https only. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
