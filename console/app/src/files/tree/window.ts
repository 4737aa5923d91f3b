/** Which rows of a list are on screen, where all are of one height. */
import { useLayoutEffect, useState, type RefObject } from 'react';

/** Rows drawn above and below what is on screen. */
const AROUND = 10;

/** The rows to draw, `to` not included, and what brings one of them on screen. */
export function useWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  height: number,
): { from: number; to: number; show: (index: number) => void } {
  const [seen, setSeen] = useState({ top: 0, height: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = (): void =>
      setSeen((before) => {
        const now = { top: element.scrollTop, height: element.clientHeight };
        return before.top === now.top && before.height === now.height ? before : now;
      });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [scroller]);

  const show = (index: number): void => {
    const element = scroller.current;
    if (element === null) return;
    const top = index * height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + height - element.clientHeight;
    }
  };
  const from = Math.max(0, Math.floor(seen.top / height) - AROUND);
  const to = Math.min(count, Math.ceil((seen.top + seen.height) / height) + AROUND);
  return { from, to, show };
}
