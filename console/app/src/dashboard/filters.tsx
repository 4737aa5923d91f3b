/** Which sessions are shown; both stand in the address. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { Schemas } from '../api/client';
import { SearchIcon } from '../ui/icons';
import css from './dashboard.module.css';

type Status = Schemas['JobStatus'];

/** From the last letter to the search, in milliseconds. */
const PAUSE = 250;

const STATUSES: readonly [Status, string][] = [
  ['queued', 'Queued'],
  ['generating', 'Generating'],
  ['completed', 'Completed'],
  ['failed', 'Failed'],
  ['cancelled', 'Cancelled'],
];

/** The status that the address names, if there is one of that name. */
export function statusOf(text: string | undefined): Status | undefined {
  return STATUSES.find(([status]) => status === text)?.[0];
}

export function Filters({
  q,
  status,
  box,
}: {
  q: string;
  status: Status | undefined;
  box: RefObject<HTMLInputElement | null>;
}) {
  const navigate = useNavigate({ from: '/' });
  const show = (q: string, status: Status | undefined) =>
    navigate({
      search: { ...(q !== '' && { q }), ...(status !== undefined && { status }) },
      replace: true,
    });
  const [text, setText] = useSearchText(q, (next) => show(next, status));
  return (
    <div className={css.filters} role="search">
      <div className={css.search}>
        <SearchIcon />
        <input
          ref={box}
          type="search"
          aria-label="Search sessions by title or last prompt"
          placeholder="Search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <select
        aria-label="Status of the last job"
        value={status ?? ''}
        onChange={(event) => void show(text, statusOf(event.target.value))}
      >
        <option value="">Any status</option>
        {STATUSES.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What is typed at once, and in the address after a pause; what the address says otherwise wins. */
function useSearchText(
  q: string,
  change: (text: string) => Promise<void>,
): [string, (text: string) => void] {
  const [text, setText] = useState(q);
  const sent = useRef(q);
  const latest = useRef(change);
  latest.current = change;
  useEffect(() => {
    if (q === sent.current) return;
    sent.current = q;
    setText(q);
  }, [q]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      void latest.current(text);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}
