/**
 * What somebody has typed and not sent yet, kept for the session through reloads.
 *
 * A draft carries the idempotency key of its request. The key is made when it is sent first, stays the
 * same for as long as the request does, and goes when the server has accepted it: so one job comes of
 * it, however often it is sent.
 */
import { idempotencyKey } from '@leo/stream';
import { useSyncExternalStore } from 'react';
import type { Schemas } from '../../api/client';

/** What may be asked for beside the prompt; texts as typed, empty where nothing is asked for. */
export interface Options {
  mode: '' | Schemas['Mode'];
  maxIterations: string;
  model: string;
  tokens: string;
  usd: string;
}

export interface Draft {
  prompt: string;
  options: Options;
  /** The request that was sent, and its key. */
  sent?: { request: string; key: string };
}

export const NO_OPTIONS: Options = { mode: '', maxIterations: '', model: '', tokens: '', usd: '' };
const EMPTY: Draft = { prompt: '', options: NO_OPTIONS };

const place = (sessionId: string): string => `leo.draft.${sessionId}`;

/** The draft of a session. One that cannot be read is none. */
export function readDraft(sessionId: string): Draft {
  try {
    const kept: unknown = JSON.parse(rawOf(sessionId) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return EMPTY;
    const { prompt, options, sent } = kept as Partial<Draft>;
    if (typeof prompt !== 'string') return EMPTY;
    return { prompt, options: { ...NO_OPTIONS, ...options }, ...(sent && { sent }) };
  } catch {
    return EMPTY;
  }
}

function rawOf(sessionId: string): string | null {
  try {
    return sessionStorage.getItem(place(sessionId));
  } catch {
    return null;
  }
}

/** Keeps it, or forgets it where there is nothing in it. */
export function keepDraft(sessionId: string, draft: Draft): void {
  try {
    if (draft.prompt === '' && draft.options === NO_OPTIONS) {
      sessionStorage.removeItem(place(sessionId));
    } else sessionStorage.setItem(place(sessionId), JSON.stringify(draft));
  } catch {
    // A browser that keeps nothing still sends.
  }
}

/** The key under which `request` is to be sent: that of the last time, if it was the same request. */
export function keyFor(draft: Draft, request: string): string {
  return draft.sent?.request === request ? draft.sent.key : idempotencyKey();
}

const listeners = new Set<() => void>();

/** What was read last, by session, and from which text: the same object until that changes. */
const drafts = new Map<string, { raw: string | null; draft: Draft }>();

/** The draft as it is at present. Signing out forgets what is kept, and so does this. */
function current(sessionId: string): Draft {
  const raw = rawOf(sessionId);
  const known = drafts.get(sessionId);
  if (known !== undefined && known.raw === raw) return known.draft;
  const draft = readDraft(sessionId);
  drafts.set(sessionId, { raw, draft });
  return draft;
}

/** Changes the draft of a session, wherever it is shown. */
export function changeDraft(sessionId: string, how: (draft: Draft) => Draft): void {
  const draft = how(current(sessionId));
  keepDraft(sessionId, draft);
  drafts.set(sessionId, { raw: rawOf(sessionId), draft });
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The draft of a session, and how it changes. */
export function useDraft(sessionId: string): [Draft, (how: (draft: Draft) => Draft) => void] {
  const draft = useSyncExternalStore(subscribe, () => current(sessionId));
  return [draft, (how) => changeDraft(sessionId, how)];
}
