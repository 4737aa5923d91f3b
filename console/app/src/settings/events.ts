/** What a webhook may be told, and what is wrong with an address for one. */
import type { Schemas } from '../api/client';

export type WebhookEvent = Schemas['WebhookEvent'];

export const EVENTS: readonly [WebhookEvent, string][] = [
  ['job.completed', 'A job is complete'],
  ['job.failed', 'A job has failed'],
  ['job.cancelled', 'A job was cancelled'],
  ['deploy.requested', 'Somebody asks for a deploy'],
];

/** The most characters of an address; docs/webhooks.md says so. */
const LONGEST_URL = 2048;

/** What is wrong with an address, in words; undefined: nothing that shows here. */
export function wrongHookUrl(text: string): string | undefined {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return 'An address begins with https:// or http://.';
  }
  if (url.username !== '' || url.password !== '') {
    return 'The address must hold no name or password: the signature shows that it is Leo who asks.';
  }
  if (text.trim().length > LONGEST_URL) return `At most ${LONGEST_URL} characters.`;
  return undefined;
}
