/**
 * An access token or API key that somebody has signed in with, where no cookie says who is there.
 *
 * Promises: it lives in this tab only, through reloads and until the sign-out; it is in no address. It
 * is sent to Leo alone, by `api/client`, by the stream and by {@link fetchWithToken}.
 */

const KEY = 'leo.token';

let token: string | undefined;
try {
  token = sessionStorage.getItem(KEY) ?? undefined;
} catch {
  // A browser that keeps nothing: the token lives as long as the page does.
}

/** The token, if that is what one is here by. */
export function bearer(): string | undefined {
  return token;
}

/** The token in what somebody has pasted; undefined where it can be none. */
export function tokenOf(text: string): string | undefined {
  const bare = text.trim().replace(/^bearer\s+/i, '');
  return /^[\x21-\x7e]{8,8192}$/.test(bare) ? bare : undefined;
}

/** Goes on with this token. */
export function keepToken(next: string): void {
  token = next;
  try {
    sessionStorage.setItem(KEY, next);
  } catch {
    // As above.
  }
}

/** Forgets it. */
export function dropToken(): void {
  token = undefined;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

/** `fetch` of an address of this site, with the token if there is one. */
export function fetchWithToken(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
  return fetch(url, { ...init, headers, credentials: 'same-origin' });
}
