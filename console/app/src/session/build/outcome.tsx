/** What became of a job, and what one can do about it. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { idempotencyKey } from '@leo/stream';
import type { ReactNode } from 'react';
import { api, ApiError, take } from '../../api/client';
import { Button, buttonClass } from '../../ui/button';
import { words } from '../../ui/notice';
import { duration } from '../../ui/time';
import ui from '../../ui/ui.module.css';
import { useRetry } from '../composer/submit';
import { useWatched } from '../live/signal';
import type { SessionJob } from '../shown';
import { Actions } from './actions';
import { explain } from './reasons';
import css from './build.module.css';

/** How many files a job has left, and why that is not known. They do not change once it has ended. */
function useFiles(jobId: string): { count: number | undefined; problem: string | undefined } {
  const { data, error } = useQuery({
    queryKey: ['job', jobId, 'files'],
    queryFn: () => take(api.GET('/api/jobs/{id}/files', { params: { path: { id: jobId } } })),
    retry: false,
  });
  if (error instanceof ApiError && error.status === 404) return { count: 0, problem: undefined };
  return { count: data?.files.length, problem: error === null ? undefined : words(error) };
}

const files = (count: number): string => `${count} ${count === 1 ? 'file' : 'files'}`;

export function Completed({ job }: { job: SessionJob }) {
  const { count, problem } = useFiles(job.id);
  const preview = job.live?.previewUrl ?? job.rest?.previewUrl;
  const took = tookOf(job);
  return (
    <Card tone="done">
      <h2>
        {count === undefined || count === 0 ? 'Done' : `Done: ${files(count)}`}
        {took !== undefined && ` in ${duration(took)}`}
      </h2>
      {count === 0 && <p>It has left no files.</p>}
      {problem !== undefined && <p>{problem}</p>}
      {preview != null && <Preview url={preview} />}
      {count !== undefined && count > 0 && (
        <>
          <Actions job={job} />
          <FilesLink job={job}>Look at the files</FilesLink>
        </>
      )}
    </Card>
  );
}

/** Where the app says that it can be seen. It says so itself, so only addresses of the web become links. */
function Preview({ url }: { url: string }) {
  return (
    <p>
      It says that it can be seen at{' '}
      {/^https?:\/\//i.test(url) ? (
        <a href={url} target="_blank" rel="noopener noreferrer">
          {url}
        </a>
      ) : (
        <code>{url}</code>
      )}
    </p>
  );
}

/** How long it ran, in milliseconds. */
function tookOf({ live, rest }: SessionJob): number | undefined {
  const from = live?.startedAt ?? rest?.startedAt;
  const to = live?.finishedAt ?? rest?.finishedAt;
  return from == null || to == null ? undefined : Date.parse(to) - Date.parse(from);
}

export function Failed({ job }: { job: SessionJob }) {
  const live = useWatched(job.live);
  const error = live?.error ?? job.rest?.error;
  const { title, what, todo } = explain(error?.reason);
  return (
    <Card tone="failed">
      <h2>{title}</h2>
      <p>{what}</p>
      <p>
        <strong>What to do:</strong> {todo}
      </p>
      {error != null && (
        <pre className={css.message} aria-label="Message">
          {error.message}
        </pre>
      )}
      <div className={css.line}>
        <Retry job={job} />
        <ViewLink to="/sessions/$sessionId/log" job={job}>
          See the log
        </ViewLink>
      </div>
      <Partial job={job} />
    </Card>
  );
}

export function Cancelled({ job }: { job: SessionJob }) {
  const live = useWatched(job.live);
  const after = live?.stoppedAfter;
  return (
    <Card tone="plain">
      <h2>Cancelled</h2>
      <p>
        {after === undefined
          ? 'It was stopped before its end.'
          : `It has stopped, after ${duration(after)}.`}
      </p>
      <div className={css.line}>
        <Retry job={job} />
      </div>
      <Partial job={job} />
    </Card>
  );
}

/** Says so when it appears: it is what everybody waited for. */
function Card({ tone, children }: { tone: string; children: ReactNode }) {
  return (
    <div className={`${ui.card} ${css.card}`} data-tone={tone} role="status">
      {children}
    </div>
  );
}

function Retry({ job }: { job: SessionJob }) {
  const retry = useRetry(idempotencyKey);
  return (
    <>
      <Button kind="primary" busy={retry.isPending} onClick={() => retry.mutate(job.id)}>
        Retry
      </Button>
      {retry.isError && (
        <span className={ui.wrong} role="alert">
          {words(retry.error)}
        </span>
      )}
    </>
  );
}

/** What was written before the end, if anything was. */
function Partial({ job }: { job: SessionJob }) {
  const { count } = useFiles(job.id);
  if (count === undefined || count === 0) return null;
  return (
    <div className={css.partial}>
      <p>
        {files(count)} {count === 1 ? 'was' : 'were'} written before that, and can be kept.
      </p>
      <Actions job={job} primary={false} />
      <FilesLink job={job}>Look at the files</FilesLink>
    </div>
  );
}

function FilesLink({ job, children }: { job: SessionJob; children: ReactNode }) {
  return (
    <ViewLink to="/sessions/$sessionId/files" job={job}>
      {children}
    </ViewLink>
  );
}

function ViewLink({
  to,
  job,
  children,
}: {
  to: '/sessions/$sessionId/files' | '/sessions/$sessionId/log';
  job: SessionJob;
  children: ReactNode;
}) {
  const { sessionId } = useParams({ from: '/inside/sessions/$sessionId' });
  return (
    <Link to={to} params={{ sessionId }} search={{ job: job.id }} className={buttonClass({})}>
      {children}
    </Link>
  );
}
