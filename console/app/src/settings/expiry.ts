/** Until when something is good: the choices, and the time that each means. */

/** In days. */
export const CHOICES = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['', 'Does not expire'],
] as const;

const DAY = 86_400_000;

/** When `days` from `now` (in milliseconds) are over; undefined: never. */
export function expiryOf(days: string, now: number): string | undefined {
  const count = Number(days);
  return days === '' || !Number.isFinite(count)
    ? undefined
    : new Date(now + count * DAY).toISOString();
}
