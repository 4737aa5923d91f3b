/** What a tab says about itself while one looks at another: its title and its icon. */
import { useEffect } from 'react';

/** What the icon shows. */
export type Mark = 'running' | 'done' | 'failed';

/** The icon of a mark; the files lie in `public/`. */
function icon(mark: Mark | undefined): string {
  return mark === undefined ? '/favicon.svg' : `/favicon-${mark}.svg`;
}

/** The page's title, `… · Leo`, and its mark, for as long as the component is shown. */
export function useDocument(title: string, mark?: Mark): void {
  useEffect(() => {
    document.title = title === '' ? 'Leo' : `${title} · Leo`;
  }, [title]);
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link === null) return;
    link.href = icon(mark);
    return () => {
      link.href = icon(undefined);
    };
  }, [mark]);
}
