/**
 * Moments at which a browser knows more than the network tells: the machine is online again, the
 * page is looked at again. A connection may have died in between without a sign.
 */

/** Where such moments are announced. */
export interface Surroundings {
  window: EventTarget;
  document: EventTarget & { readonly visibilityState: string };
}

/** Those of the page; `undefined` outside browsers. */
export function pageSurroundings(): Surroundings | undefined {
  const { window, document } = globalThis as Partial<Surroundings>;
  return window && document ? { window, document } : undefined;
}

/**
 * Calls `wake` at such moments, until the returned function is called.
 *
 * `offline` is one of them too: it is a reason to ask whether the server still answers, and no more,
 * because a server on this machine needs no network.
 */
export function watch(surroundings: Surroundings | undefined, wake: () => void): () => void {
  if (!surroundings) return () => {};
  const { window, document } = surroundings;
  const shown = () => {
    if (document.visibilityState === 'visible') wake();
  };
  window.addEventListener('online', wake);
  window.addEventListener('offline', wake);
  document.addEventListener('visibilitychange', shown);
  return () => {
    window.removeEventListener('online', wake);
    window.removeEventListener('offline', wake);
    document.removeEventListener('visibilitychange', shown);
  };
}
