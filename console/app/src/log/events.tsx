/**
 * Everything that happens, event by event, for whoever wants to know exactly.
 *
 * What is shown stands in the address: the groups, a text, one job or the whole session. Pieces of files
 * are not listed, because they are the files; see the view of the files.
 */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useQuietSession, useSession, useSettled } from '../session/live/open';
import type { LiveJob } from '../session/live/job';
import { useShown } from '../session/shown';
import { useShortcuts } from '../shell/shortcuts';
import { Empty, Waiting } from '../ui/notice';
import { EventBar } from './events/bar';
import css from './events/events.module.css';
import { EventRow } from './events/row';
import { useFeed } from './events/usefeed';
import { GROUPS, type Group } from './events/kinds';
import { List, type ListHandle } from './list/list';
import view from './view/log.module.css';

/** Groups that are shown until somebody chooses; lines have a view of their own. */
const USUAL: readonly Group[] = GROUPS.filter((group) => group !== 'log');

export function EventsView() {
  const shown = useShown();
  const isSettled = useSettled(useQuietSession());
  const { all } = useSearch({ from: '/inside/sessions/$sessionId/events' });
  const job = shown.job?.live;
  if (job !== undefined || all !== undefined) return <Events key={job?.id} job={job} />;
  if (!isSettled || shown.all === undefined) return <Waiting>Fetching the events</Waiting>;
  return (
    <Empty title={shown.missing ? 'This session has no such job' : 'Nothing has happened yet'}>
      <p>Whatever happens in this session appears here.</p>
    </Empty>
  );
}

function Events({ job }: { job: LiveJob | undefined }) {
  const session = useSession();
  const search = useSearch({ from: '/inside/sessions/$sessionId/events' });
  const navigate = useNavigate({ from: '/sessions/$sessionId/events' });
  const types = search.types?.split(',') ?? USUAL;
  const list = useRef<ListHandle>(null);
  const box = useRef<HTMLInputElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const isWhole = search.all !== undefined;
  const feed = useFeed(session, isWhole ? undefined : job, types.join(','), search.q ?? '');
  const [, setToggled] = useState(0);
  const rows = useRef(feed.rows);
  rows.current = feed.rows;
  const [toggle] = useState(() => (seq: number) => {
    // What somebody opens shall stay where it is.
    list.current?.pause();
    rows.current.toggle(seq);
    // Its height is known once it is drawn.
    flushSync(() => setToggled((count) => count + 1));
    list.current?.reveal(seq);
  });
  const change = (next: Partial<Record<'types' | 'q' | 'all', string | undefined>>): void => {
    void navigate({
      search: (before) => ({ ...before, ...next }),
      replace: true,
      resetScroll: false,
    });
  };
  const toggleFollowing = (): void => {
    if (isFollowing) list.current?.pause();
    else list.current?.follow();
  };
  useShortcuts('Events', [
    { key: '/', label: 'Filter the events', run: () => box.current?.select() },
    { key: 'f', label: 'Follow the end, or stop', run: toggleFollowing },
    { key: 'g', label: 'To the first event', run: () => list.current?.start() },
    { key: 'G', label: 'To the last event', run: () => list.current?.follow() },
  ]);

  const row = (index: number) => {
    const entry = feed.entry(index);
    if (entry === undefined) return null;
    const { seq, event, result } = entry;
    const isOpen = feed.rows.isOpen(seq);
    return <EventRow key={seq} event={event} result={result} isOpen={isOpen} onToggle={toggle} />;
  };
  return (
    <section className={view.view} aria-label="Events">
      <EventBar
        types={types}
        text={search.q ?? ''}
        isWhole={isWhole}
        isFollowing={isFollowing}
        count={feed.rows.count}
        isBusy={feed.isBusy}
        box={box}
        onTypes={(chosen) => change({ types: isUsual(chosen) ? undefined : chosen.join(',') })}
        onText={(q) => change({ q: q === '' ? undefined : q })}
        onWhole={(whole) => change({ all: whole ? 'yes' : undefined })}
        onFollow={toggleFollowing}
      />
      <div className={view.lines}>
        <List
          ref={list}
          layout={feed.rows}
          label="Events"
          row={row}
          measured
          startsFollowing
          onFollowing={setFollowing}
          className={css.list}
        />
        {feed.rows.count === 0 && !feed.isBusy && (
          <div className={view.nothing} role="status">
            <p>{feed.seen === 0 ? 'Nothing has happened yet.' : 'No event fits the filter.'}</p>
          </div>
        )}
      </div>
    </section>
  );
}

function isUsual(types: readonly string[]): boolean {
  return types.length === USUAL.length && USUAL.every((group) => types.includes(group));
}
