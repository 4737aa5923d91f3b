/** Which sessions are shown; both stand in the address. */
import { useNavigate } from '@tanstack/react-router';
import type { RefObject } from 'react';
import type { Schemas } from '../api/client';
import { SearchBox } from '../ui/search';
import css from './dashboard.module.css';

type Status = Schemas['JobStatus'];

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
  return (
    <div className={css.filters} role="search">
      <SearchBox
        label="Search sessions by title or last prompt"
        value={q}
        onChange={(next) => void show(next, status)}
        box={box}
        hotkey="/"
      />
      <select
        aria-label="Status of the last job"
        value={status ?? ''}
        onChange={(event) => void show(q, statusOf(event.target.value))}
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
