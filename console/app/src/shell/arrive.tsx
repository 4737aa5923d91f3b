/**
 * What a browser does by itself when it opens a page, done for pages that the router shows: the focus
 * goes to the heading, and screen readers are told the title.
 */
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/** The title stands when the page's effects have run, in milliseconds. */
const SETTLED = 100;

export function Arrive() {
  const router = useRouter();
  const [title, setTitle] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = router.subscribe('onResolved', ({ pathChanged, fromLocation }) => {
      if (!pathChanged || fromLocation === undefined) return;
      clearTimeout(timer);
      const focused = document.activeElement;
      timer = setTimeout(() => {
        setTitle(document.title);
        // Whoever is quicker than this has chosen where to be.
        if (document.activeElement === focused) focusHeading();
      }, SETTLED);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [router]);
  return (
    <div className="visually-hidden" aria-live="polite">
      {title}
    </div>
  );
}

/** Focuses the heading, unless somebody is at work in the page already: in its tabs, say, or a field. */
function focusHeading(): void {
  const main = document.querySelector('main');
  if (main === null || main.contains(document.activeElement)) return;
  const heading = main.querySelector<HTMLElement>('h1[tabindex]') ?? main;
  heading.focus({ preventScroll: true });
}
