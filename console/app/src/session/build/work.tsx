/** How far a job is: its state, its figures, and its phases. */
import { useWatched } from '../live/signal';
import type { SessionJob } from '../shown';
import { Facts } from './facts';
import { Incidents } from './incidents';
import { Now } from './now';
import { Cancelled, Completed, Failed } from './outcome';
import { Queue } from './queue';
import { Timeline } from './timeline';
import css from './build.module.css';

export function Work({ job }: { job: SessionJob }) {
  const live = useWatched(job.live);
  return (
    <div className={css.stack}>
      <State job={job} />
      <Facts job={job} />
      {live !== undefined && <Incidents job={live} />}
      {live !== undefined && <Timeline job={live} />}
      {live?.begun !== true && job.rest?.finishedAt != null && (
        <p className={css.soft}>
          This job was brought along from another session. It has files, and no log here.
        </p>
      )}
    </div>
  );
}

function State({ job }: { job: SessionJob }) {
  switch (job.status) {
    case 'queued':
      return <Queue job={job} />;
    case 'generating':
      return <Now job={job} />;
    case 'completed':
      return <Completed job={job} />;
    case 'failed':
      return <Failed job={job} />;
    case 'cancelled':
      return <Cancelled job={job} />;
  }
}
