/** Two versions side by side: which files have changed, and how. The address holds which two. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import type { Job, Schemas } from '../../api/client';
import { Button, LinkButton } from '../../ui/button';
import { Empty, Problem, Waiting } from '../../ui/notice';
import ui from '../../ui/ui.module.css';
import { firstLine } from '../prompt';
import { diff } from '../queries';
import { Change } from './change';
import css from './compare.module.css';
import { totalsOf } from './words';

/** With more changes than this, none is open at first. */
const MOST_OPEN = 12;
/** Nor is one of more lines than this. */
const MOST_LINES = 400;
/** Changes that are listed at once, and with each further press. */
const MOST_LISTED = 200;

export function Compare({
  jobId,
  from,
  path,
  versions,
}: {
  jobId: string;
  from: string | undefined;
  /** The file that the address names. */
  path: string | undefined;
  versions: readonly Job[];
}) {
  const told = useQuery(diff(jobId, from));
  const job = versions.find(({ id }) => id === jobId);
  return (
    <section className={css.compare} aria-label="Changes">
      <header className={css.above}>
        <Link
          from="/sessions/$sessionId"
          to="/sessions/$sessionId/versions"
          search={(before) => (before.job === undefined ? {} : { job: before.job })}
        >
          All versions
        </Link>
        <h2>Changes in {job === undefined ? 'this version' : <q>{firstLine(job.prompt)}</q>}</h2>
        <Choice jobId={jobId} from={from} versions={versions} />
      </header>
      {told.isPending && <Waiting>Comparing</Waiting>}
      {told.isError && <Problem error={told.error} retry={() => void told.refetch()} />}
      {told.data !== undefined && <Told diff={told.data} path={path} from={from} />}
    </section>
  );
}

/** What it is compared with. */
function Choice({
  jobId,
  from,
  versions,
}: {
  jobId: string;
  from: string | undefined;
  versions: readonly Job[];
}) {
  const id = useId();
  const navigate = useNavigate();
  const choose = (chosen: string): void =>
    void navigate({
      from: '/sessions/$sessionId/versions',
      to: '.',
      search: ({ from: _, path: __, ...rest }) => ({
        ...rest,
        compare: jobId,
        ...(chosen !== '' && { from: chosen }),
      }),
      resetScroll: false,
    });
  return (
    <div className={css.choice}>
      <label htmlFor={id}>since</label>
      <select
        id={id}
        className={ui.input}
        value={from ?? ''}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">what it began with</option>
        {versions
          .filter((version) => version.id !== jobId)
          .map((version) => (
            <option key={version.id} value={version.id}>
              {firstLine(version.prompt)}
            </option>
          ))}
      </select>
    </div>
  );
}

function Told({
  diff: { to, changes, totals, truncated },
  path,
  from,
}: {
  diff: Schemas['Diff'];
  path: string | undefined;
  from: string | undefined;
}) {
  const named = changes.findIndex((change) => change.path === path) + 1;
  const [listed, setListed] = useState(Math.max(MOST_LISTED, named));
  if (changes.length === 0) return <Empty title="Nothing has changed between these two" />;
  const patch = new URLSearchParams({ format: 'patch', ...(from !== undefined && { from }) });
  return (
    <>
      <div className={css.totals}>
        <span>
          {totalsOf(totals)}, <span className={css.plus}>+{totals.additions}</span>{' '}
          <span className={css.minus}>−{totals.deletions}</span> lines
        </span>
        <LinkButton small href={`/api/jobs/${to}/diff?${patch}`} download="changes.patch">
          Download as a patch
        </LinkButton>
      </div>
      {truncated && (
        <p className={css.note}>
          There are more changes than one answer holds: these are the first{' '}
          {changes.length.toLocaleString('en')}.
        </p>
      )}
      <ul className={css.changes}>
        {changes.slice(0, listed).map((change) => (
          <Change
            key={change.path}
            change={change}
            jobId={to}
            wanted={change.path === path}
            begin={
              changes.length <= MOST_OPEN &&
              (change.additions ?? 0) + (change.deletions ?? 0) <= MOST_LINES
            }
          />
        ))}
      </ul>
      {changes.length > listed && (
        <Button onClick={() => setListed(listed + 5 * MOST_LISTED)}>
          Show more of {(changes.length - listed).toLocaleString('en')} further files
        </Button>
      )}
    </>
  );
}
