/** What tells a reader that the log goes on. */
import { useState, type RefObject } from 'react';
import type { ListHandle } from '../list/list';
import type { LogSource } from '../rows/source';
import css from './log.module.css';

/** The way back to the end, with what has come meanwhile. */
export function Pill({
  source,
  isFollowing,
  isSettled,
  list,
}: {
  source: LogSource;
  isFollowing: boolean;
  /** Whether everything up to the present is here. */
  isSettled: boolean;
  list: RefObject<ListHandle | null>;
}) {
  const [since, setSince] = useState({ isFollowing, isSettled, count: source.count });
  // What comes while the page catches up for the first time is not new.
  const isNow = since.isFollowing !== isFollowing || (isSettled && !since.isSettled);
  if (isNow) setSince({ isFollowing, isSettled, count: source.count });
  const fresh = source.count - since.count;
  if (isFollowing || isNow || !since.isSettled || fresh <= 0) return null;
  return (
    <button type="button" className={css.pill} onClick={() => list.current?.follow()}>
      {fresh.toLocaleString('en')} new {fresh === 1 ? 'line' : 'lines'}
    </button>
  );
}
