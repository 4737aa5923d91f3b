/** The versions of a session's app: what each job has left, and what has changed between them. */
import { Link, useSearch } from '@tanstack/react-router';
import { hasEnded, useSessionJobs } from '../session/shown';
import { Button } from '../ui/button';
import { Empty, Problem, Waiting } from '../ui/notice';
import { Compare } from './compare/compare';
import { useSessionRow, useVersions } from './current';
import { Version } from './versions/version';
import css from './versions/versions.module.css';

export function VersionsView() {
  const { job, compare, from, path } = useSearch({ from: '/inside/sessions/$sessionId/versions' });
  const { query, versions } = useVersions();
  // Whoever names what to compare with means the job that is shown.
  const compared = compare ?? (from === undefined ? undefined : job);
  if (compared !== undefined) {
    return (
      <Compare key={compared} jobId={compared} from={from} path={path} versions={versions ?? []} />
    );
  }
  if (versions === undefined) {
    return query.isError ? (
      <Problem error={query.error} retry={() => void query.refetch()} />
    ) : (
      <Waiting>Loading the versions</Waiting>
    );
  }
  return <List {...{ query, versions }} />;
}

function List({ query, versions }: Required<ReturnType<typeof useVersions>>) {
  const row = useSessionRow();
  const runs = useSessionJobs()?.some(({ status }) => !hasEnded(status)) ?? false;
  return (
    <section className={css.view} aria-label="Versions">
      {row?.forkedFrom != null && (
        <p className={css.note}>
          This session began as a fork.{' '}
          <Link
            to="/sessions/$sessionId/versions"
            params={{ sessionId: row.forkedFrom.sessionId }}
            search={{}}
          >
            Show where it comes from
          </Link>
        </p>
      )}
      {runs && versions !== undefined && versions.length > 0 && (
        <p className={css.note}>What is under way appears here when it has ended.</p>
      )}
      {versions === undefined || versions.length === 0 ? (
        <Empty title="No versions yet">
          <p>
            Each prompt that leaves files makes a version. They can be compared and restored here.
          </p>
        </Empty>
      ) : (
        <ol className={css.list}>
          {versions.map((job) => (
            <Version key={job.id} job={job} current={job.id === row?.currentJob} />
          ))}
        </ol>
      )}
      {query.hasNextPage && (
        <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show older versions
        </Button>
      )}
    </section>
  );
}
