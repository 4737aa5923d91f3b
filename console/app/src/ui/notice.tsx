/** Waiting, nothing there, and what went wrong: in words that help. */
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { Button } from './button';
import css from './ui.module.css';

/** Something is coming. */
export function Waiting({ children = 'Loading' }: { children?: ReactNode }) {
  return (
    <div className={css.empty} role="status">
      <span className={css.spinner} aria-hidden="true" />
      <span>{children} …</span>
    </div>
  );
}

/** Nothing is there; the children say what to do about it. `page`: this is all that the page shows. */
export function Empty({
  title,
  page = false,
  children,
}: {
  title: string;
  page?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className={css.empty}>
      {page ? <h1 tabIndex={-1}>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}

/** What an error says to people. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Something did not work. */
export function Problem({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const id = error instanceof ApiError ? error.requestId : undefined;
  return (
    <div className={`${css.card} ${css.notice}`} data-tone="failed" role="alert">
      <strong>{words(error)}</strong>
      {id !== undefined && (
        <span className={css.hint}>
          The server's log knows it as <code>{id}</code>.
        </span>
      )}
      {retry !== undefined && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}
