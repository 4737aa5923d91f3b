/**
 * What somebody has asked for in this tab and what has come of it only the stream will tell: a push, a
 * deploy. Kept beyond a reload, so that it does not look as if nobody had asked.
 */
import { useState } from 'react';

const PREFIX = 'leo.asked.';

function read(name: string): string | undefined {
  return sessionStorage.getItem(PREFIX + name) ?? undefined;
}

/**
 * Remembers under `name` how things stood when it was asked for: while they still stand so, there is no
 * answer. Gives that, and what remembers (or forgets: undefined).
 */
export function useAsked(name: string): [string | undefined, (then: string | undefined) => void] {
  const [kept, setKept] = useState<{ name: string; then: string | undefined }>();
  const then = kept?.name === name ? kept.then : read(name);
  const keep = (next: string | undefined): void => {
    if (next === undefined) sessionStorage.removeItem(PREFIX + name);
    else sessionStorage.setItem(PREFIX + name, next);
    setKept({ name, then: next });
  };
  return [then, keep];
}
