/** Where one arrives: a prompt for a new session, and those that there are. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, type RefObject } from 'react';
import type { Session } from '../api/client';
import { quotas, sessions } from '../api/sessions';
import { useDocument } from '../shell/document';
import { useShortcuts } from '../shell/shortcuts';
import { Button } from '../ui/button';
import { Empty, Problem, Waiting } from '../ui/notice';
import { Page } from '../ui/page';
import css from './dashboard.module.css';
import { Filters, statusOf } from './filters';
import { SessionList } from './list';
import { nearLimits } from './near';
import { NewSession } from './new';

/** How often the list is asked for while one looks at it, in milliseconds; and with many pages of it. */
const RENEW = 5_000;
const RENEW_MANY = 20_000;
const MANY_PAGES = 3;

/** The sessions of all pages; one that has moved up between two requests is there once. */
function distinct(pages: readonly { items: Session[] }[] | undefined): Session[] {
  const all = new Map<string, Session>();
  for (const { items } of pages ?? []) {
    for (const session of items) if (!all.has(session.id)) all.set(session.id, session);
  }
  return [...all.values()];
}

/** `#new` leads to the prompt; also a second time. */
function useNewHash(box: RefObject<HTMLTextAreaElement | null>): void {
  const { hash } = useLocation();
  const navigate = useNavigate({ from: '/' });
  useEffect(() => {
    if (hash !== 'new') return;
    box.current?.focus();
    void navigate({ hash: '', search: (search) => search, replace: true });
  }, [hash, box, navigate]);
}

export function DashboardPage() {
  const { q = '', status: named } = useSearch({ from: '/inside/' });
  const status = statusOf(named);
  const prompt = useRef<HTMLTextAreaElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const found = useInfiniteQuery({
    ...sessions({ search: q, status }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      (state.data?.pages.length ?? 0) > MANY_PAGES ? RENEW_MANY : RENEW,
  });
  const rows = useMemo(() => distinct(found.data?.pages), [found.data]);
  const filtered = q.trim() !== '' || status !== undefined;
  const none = found.isSuccess && !filtered && rows.length === 0;
  useDocument('Sessions');
  useNewHash(prompt);
  useShortcuts('Sessions', [
    { key: '/', label: 'Search', run: () => search.current?.focus() },
    { key: 'c', label: 'New session', run: () => prompt.current?.focus() },
  ]);
  return (
    <Page title="Sessions">
      <Limits />
      <NewSession box={prompt} examples={none} />
      {!none && <Filters q={q} status={status} box={search} />}
      {found.isError && rows.length === 0 && (
        <Problem error={found.error} retry={() => void found.refetch()} />
      )}
      {found.isPending && <Waiting />}
      {found.isSuccess && rows.length === 0 && <Nothing filtered={filtered} />}
      <SessionList sessions={rows} />
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </Page>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <Empty title="No session is like that">
      <p>Titles and last prompts are searched, with the status of the last job.</p>
    </Empty>
  ) : (
    <Empty title="No sessions yet">
      <p>
        Say above what you want to have built. A session keeps the app, its versions and its log.
      </p>
    </Empty>
  );
}

/** A word while a limit is near. */
function Limits() {
  const near = useQuery(quotas).data;
  const said = near === undefined ? [] : nearLimits(near);
  if (said.length === 0) return null;
  return (
    <div className={css.limits}>
      {said.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </div>
  );
}
