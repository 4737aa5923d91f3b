/** The tree with what stands above it; where there is little room, behind a button. */
import { useId, useMemo, useRef, useState, type RefObject } from 'react';
import { useShortcuts } from '../shell/shortcuts';
import { Button, LinkButton } from '../ui/button';
import ui from '../ui/ui.module.css';
import { zipOf } from './actions';
import css from './page.module.css';
import type { Source } from './source';
import { build, matching } from './tree/build';
import { Tree } from './tree/tree';

export function Sidebar({
  source,
  shown,
  choose,
  follow,
  setFollow,
}: {
  source: Source;
  shown: string | undefined;
  choose: (path: string) => void;
  follow: boolean;
  /** Absent where nobody has seen the job run. */
  setFollow: ((follow: boolean) => void) | undefined;
}) {
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState('');
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useKeys(field, follow, setFollow);
  const found = matching(source.entries, filter);
  const root = useMemo(() => build(found), [found]);
  const count = source.entries.length;
  return (
    <div className={css.side} data-open={open || undefined}>
      <div className={css.drawer}>
        <Button small aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          {open ? 'Hide files' : `Files (${count})`}
        </Button>
      </div>
      <nav id={id} className={css.nav} aria-label="Files of the app">
        <div className={css.above}>
          <input
            ref={field}
            className={ui.input}
            type="search"
            placeholder="Filter files"
            aria-label="Filter files"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
          {setFollow !== undefined && (
            <label className={css.follow}>
              <input
                type="checkbox"
                checked={follow}
                disabled={!source.running}
                onChange={(event) => setFollow(event.target.checked)}
              />
              Follow what is written
            </label>
          )}
        </div>
        <Tree
          root={root}
          allOpen={filter.trim() !== ''}
          shown={shown}
          choose={(path) => {
            setOpen(false);
            choose(path);
          }}
        />
        <div className={css.below}>
          <span aria-live="polite">
            {filter.trim() === '' ? countOf(source) : `${found.length} of ${count}`}
          </span>
          {!source.running && source.entries.some(({ kept }) => kept !== undefined) && (
            <LinkButton small kind="quiet" href={zipOf(source.job.id)} download="">
              Download all
            </LinkButton>
          )}
        </div>
      </nav>
    </div>
  );
}

function useKeys(
  field: RefObject<HTMLInputElement | null>,
  follow: boolean,
  setFollow: ((follow: boolean) => void) | undefined,
): void {
  const filter = { key: '/', label: 'Filter files', run: () => field.current?.focus() };
  const followed = { key: 'f', label: 'Follow what is written', run: () => setFollow?.(!follow) };
  useShortcuts('Files', setFollow === undefined ? [filter] : [filter, followed]);
}

/** How many there are, and while a job changes an app how many it has written. */
function countOf({ entries, running }: Source): string {
  const count = `${entries.length} ${entries.length === 1 ? 'file' : 'files'}`;
  const written = entries.filter(({ live }) => live !== undefined).length;
  return running && written < entries.length ? `${count}, ${written} written so far` : count;
}
