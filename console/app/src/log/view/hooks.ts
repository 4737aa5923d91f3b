/** What the list of lines remembers and measures. */
import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** The phases whose lines are hidden, what hides or shows one, and what shows one. */
export function useCollapsed(): [
  ReadonlySet<string>,
  (key: string) => void,
  (key: string) => void,
] {
  const [collapsed, set] = useState<ReadonlySet<string>>(new Set());
  const change = (key: string, hide: (before: boolean) => boolean): void => {
    set((before) => {
      const after = new Set(before);
      if (hide(before.has(key))) after.add(key);
      else after.delete(key);
      return after;
    });
  };
  return [collapsed, (key) => change(key, (is) => !is), (key) => change(key, () => false)];
}

/** Characters that are measured together; one alone would be rounded. */
export const PROBE = 50;

/** The width of a character, in pixels, looked at again when `width` changes: so it does with the zoom. */
export function useCell(width: number): [RefObject<HTMLSpanElement | null>, number] {
  const probe = useRef<HTMLSpanElement>(null);
  const [cell, setCell] = useState(8);
  useLayoutEffect(() => {
    const measured = (probe.current?.getBoundingClientRect().width ?? 0) / PROBE;
    if (measured > 0) setCell(measured);
  }, [width]);
  return [probe, cell];
}
