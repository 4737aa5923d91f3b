/** The box for what is searched for, with how often it is there and the way from hit to hit. */
import { useId, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { useWatched } from '../session/live/signal';
import { DownIcon, SearchIcon, UpIcon } from '../ui/icons';
import type { LogSearch } from './search';
import type { Query } from './text/marks';
import { Toggle } from './toggle';
import css from './toolbar.module.css';
import { useTyped } from './usetyped';

/** What the server takes at most, in characters. */
const MOST = 1_000;

export interface SearchProps {
  query: Query;
  search: LogSearch | undefined;
  /** The line of the hit that is looked at. */
  current: number | undefined;
  box: RefObject<HTMLInputElement | null>;
  /** Something else is searched for. */
  onQuery: (query: Query) => void;
  /** To the next hit, or the one before. */
  onStep: (by: 1 | -1) => void;
  /** Back to the lines. */
  onLeave: () => void;
}

export function SearchBox({ query, search, current, box, onQuery, onStep, onLeave }: SearchProps) {
  useWatched(search);
  const id = useId();
  const [text, setText] = useTyped(query.text, (typed) => onQuery({ ...query, text: typed }));
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onLeave();
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (text !== query.text) onQuery({ ...query, text });
    else onStep(event.shiftKey ? -1 : 1);
  };
  const none = search === undefined || search.hits.length === 0;
  return (
    <>
      <div className={css.search} role="search">
        <span className={css.count}>
          <SearchIcon />
        </span>
        <input
          ref={box}
          type="text"
          value={text}
          maxLength={MOST}
          placeholder="Search the whole log"
          aria-label="Search the whole log"
          aria-describedby={id}
          aria-invalid={search?.state === 'failed' || undefined}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKey}
        />
        <span className={css.count} aria-live="polite">
          {search !== undefined && counted(search, current)}
        </span>
        <Toggle
          isOn={query.caseSensitive}
          onClick={() => onQuery({ ...query, text, caseSensitive: !query.caseSensitive })}
          label="Match case"
        >
          <span aria-hidden="true">Aa</span>
          <span className="visually-hidden">Match case</span>
        </Toggle>
        <Toggle
          isOn={query.regex}
          onClick={() => onQuery({ ...query, text, regex: !query.regex })}
          label="Regular expression"
        >
          <span aria-hidden="true">.*</span>
          <span className="visually-hidden">Regular expression</span>
        </Toggle>
        <Step onClick={() => onStep(-1)} disabled={none} label="Previous hit (N)">
          <UpIcon />
        </Step>
        <Step onClick={() => onStep(1)} disabled={none} label="Next hit (n)">
          <DownIcon />
        </Step>
      </div>
      <span id={id} className={search?.problem === undefined ? 'visually-hidden' : css.wrong}>
        {search?.problem}
      </span>
    </>
  );
}

function Step({
  onClick,
  disabled,
  label,
  children,
}: {
  onClick: () => void;
  disabled: boolean;
  label: string;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={css.tool}
      onClick={onClick}
      disabled={disabled}
      aria-label={label}
      title={label}
    >
      {children}
    </button>
  );
}

/** `3 of 1,922`. */
function counted(search: LogSearch, current: number | undefined): string {
  if (search.state === 'failed') return '';
  if (search.state === 'asking') return 'searching …';
  if (search.total === 0) return 'no hits';
  const total = search.total.toLocaleString('en');
  if (current === undefined || !search.has(current)) {
    return `${total} ${search.total === 1 ? 'line' : 'lines'}`;
  }
  return `${(search.from(current) + 1).toLocaleString('en')} of ${total}`;
}
