/** Why a job has failed, on one line. */
import type { FailureReason } from '@leo/stream';

/** The message without its line ends; the reason where there is none. */
export function words(error: { reason: FailureReason; message: string }): string {
  const message = error.message.replace(/\s+/g, ' ').trim();
  return message === '' ? error.reason.replaceAll('_', ' ') : message;
}
