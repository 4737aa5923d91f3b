/** What is to be known of the files of a job before one trusts them. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { Problem } from '../ui/notice';
import { useCurrentJob } from './current';
import css from './page.module.css';
import type { Source } from './source';

export function Notices({ source }: { source: Source }) {
  const { error } = source;
  return (
    <>
      <Which source={source} />
      {source.partial && (
        <Note>
          This job ended before its app was complete. These are the files as far as it came.
        </Note>
      )}
      {error !== undefined && <Missing source={source} error={error} />}
    </>
  );
}

function Note({ children }: { children: ReactNode }) {
  return <p className={css.note}>{children}</p>;
}

/** Whether they are the app as it is, where one may take them for it. */
function Which({ source: { job, running } }: { source: Source }) {
  const current = useCurrentJob();
  if (running || current === undefined || current === job.id) return null;
  return (
    <Note>
      This is not the current version of the app.{' '}
      <Link from="/sessions/$sessionId" to="/sessions/$sessionId/files" search={{ job: current }}>
        Show the current one
      </Link>
    </Note>
  );
}

function Missing({ source, error }: { source: Source; error: Error }) {
  const code = error instanceof ApiError ? error.code : undefined;
  const streamed =
    source.entries.length > 0 && ' What is shown here is what came while it was written.';
  if (code === 'no_files') return <Note>This job has left no files.{streamed}</Note>;
  if (code === 'artifact_expired') {
    return (
      <Note>
        The files of this job are older than files are kept here, and were removed.{streamed}
      </Note>
    );
  }
  return <Problem error={error} retry={source.retry} />;
}
