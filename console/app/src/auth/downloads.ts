/**
 * Downloads for those who are here by a token, which a link of the browser does not carry: such a link is
 * fetched with the token, and what comes is saved. Others' links are left to the browser.
 */
import { useEffect } from 'react';
import { errorOf } from '../api/client';
import { bearer, fetchWithToken } from './token';

/** Whether the link leads to the API of this site. */
function isOfApi(link: HTMLAnchorElement): boolean {
  return link.origin === location.origin && link.pathname.startsWith('/api/');
}

/** The name that an answer gives to what it holds. */
export function nameIn(disposition: string | null): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  if (encoded !== undefined) {
    try {
      return decodeURIComponent(encoded);
    } catch {
      // The plain name follows.
    }
  }
  return /filename="([^"]*)"/i.exec(disposition ?? '')?.[1];
}

async function save(link: HTMLAnchorElement): Promise<void> {
  const answer = await fetchWithToken(link.href);
  if (!answer.ok) throw await errorOf(answer);
  const last = link.pathname.split('/').at(-1);
  const name = nameIn(answer.headers.get('content-disposition')) || link.download || last;
  const url = URL.createObjectURL(await answer.blob());
  const saving = document.createElement('a');
  saving.href = url;
  saving.download = name ?? '';
  saving.click();
  // The browser has begun to read by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Takes over links to the API for as long as the component is shown. `tell` is given what went wrong. */
export function useTokenDownloads(tell: (error: Error) => void): void {
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      if (bearer() === undefined || event.defaultPrevented) return;
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      if (link === null || !isOfApi(link)) return;
      event.preventDefault();
      save(link).catch((error: unknown) =>
        tell(error instanceof Error ? error : new Error(String(error))),
      );
    };
    document.addEventListener('click', onClick);
    return () => document.removeEventListener('click', onClick);
  }, [tell]);
}
