/**
 * What somebody has typed and not sent: kept for this tab, over reloads and signing in again.
 *
 * Promises: nobody is shown what another account has typed; a sign-out forgets all of it.
 */
import { useCallback, useState } from 'react';

const PREFIX = 'leo.draft.';
const OWNER = 'leo.drafts-of';

function read(key: string): string {
  try {
    return sessionStorage.getItem(PREFIX + key) ?? '';
  } catch {
    return '';
  }
}

function write(key: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(PREFIX + key);
    else sessionStorage.setItem(PREFIX + key, text);
  } catch {
    // A browser that keeps nothing, or has no room: the text lives as long as the page does.
  }
}

/** Forgets all drafts. */
export function forgetDrafts(): void {
  const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  for (const key of [...keys, OWNER]) sessionStorage.removeItem(key);
}

/** Says whose drafts they are from now on; those of somebody else are forgotten. */
export function ownDrafts(userId: string): void {
  const owner = sessionStorage.getItem(OWNER);
  if (owner !== null && owner !== userId) forgetDrafts();
  sessionStorage.setItem(OWNER, userId);
}

/** A text that survives the page, under `key`; an empty one is forgotten. */
export function useDraft(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => read(key));
  const change = useCallback(
    (next: string) => {
      setText(next);
      write(key, next);
    },
    [key],
  );
  return [text, change];
}
