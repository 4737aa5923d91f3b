/**
 * A session: its head, its views, and where one asks for more.
 *
 * Follows the session's stream for as long as it is shown, and gives it to everything below. The views
 * themselves are others' (`build.tsx`, `log/`, `files/`).
 */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Outlet, useMatchRoute, useParams } from '@tanstack/react-router';
import { session as sessionQuery } from '../api/queries';
import { ApiError } from '../api/client';
import { useDocument } from '../shell/document';
import { Problem, Waiting } from '../ui/notice';
import { Composer } from './composer/composer';
import { Gone, SessionNotFound, endOf } from './gone';
import { Head } from './head/head';
import { SessionContext, useFollowed, useQuietSession, useStreamState } from './live/open';
import { useCompletionNotice } from './notify';
import { useShown } from './shown';
import { markOf, wordOf } from './status';
import { Tabs } from './tabs';
import css from './session.module.css';

export function SessionPage() {
  const { sessionId } = useParams({ from: '/inside/sessions/$sessionId' });
  const session = useFollowed(sessionId);
  if (session === undefined) return <Waiting />;
  return (
    <SessionContext value={session}>
      <Whole key={sessionId} />
    </SessionContext>
  );
}

function Whole() {
  const session = useQuietSession();
  const asked = useQuery(sessionQuery(session.id));
  const state = useStreamState(session);
  const end = endOf(state);
  if (isNotFound(asked.error) || end === 'not_found') return <SessionNotFound />;
  if (asked.isError && asked.data === undefined && session.jobs.size === 0) {
    return <Problem error={asked.error} retry={() => void asked.refetch()} />;
  }
  // The stream tells of a title that was changed; that it was never changed, only the server knows.
  const title = session.title ?? asked.data?.title;
  return <Shell title={title}>{end !== undefined && <Gone reason={end} />}</Shell>;
}

/** `title`: undefined until it is known. */
function Shell({ title, children }: { title: string | undefined; children: ReactNode }) {
  const shown = useShown();
  const isBuild = useMatchRoute()({ to: '/sessions/$sessionId' }) !== false;
  const status = shown.job?.status;
  const name = title === '' ? 'New session' : (title ?? '');
  const known = [status && wordOf(status), name].filter(
    (part) => part !== undefined && part !== '',
  );
  useDocument(known.join(' · '), status && markOf(status));
  useCompletionNotice(name);
  return (
    <div className={css.page}>
      <Head title={name} shown={shown} />
      <Tabs />
      {children}
      <div className={css.view}>
        <Outlet />
      </div>
      {!isBuild && (
        <div className={css.foot}>
          <Composer compact />
        </div>
      )}
    </div>
  );
}

function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
