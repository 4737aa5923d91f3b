/** What somebody has chosen about how files are shown, for this browser. */
import { useState } from 'react';

const WRAP = 'leo.files.wrap';

/** Whether long lines are wrapped, and what changes that. */
export function useWrap(): [boolean, (wrap: boolean) => void] {
  const [wrap, set] = useState(() => localStorage.getItem(WRAP) === 'on');
  const choose = (next: boolean): void => {
    localStorage.setItem(WRAP, next ? 'on' : 'off');
    set(next);
  };
  return [wrap, choose];
}
