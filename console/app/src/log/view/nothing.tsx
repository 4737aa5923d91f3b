/** Why a log shows no line, in words. */
import type { LiveJob } from '../../session/live/job';
import type { StreamFilter } from '../rows/wanted';
import css from './log.module.css';

export function Nothing({
  job,
  filter,
  isSettled,
}: {
  job: LiveJob;
  filter: StreamFilter;
  isSettled: boolean;
}) {
  return (
    <div className={css.nothing} role="status">
      <p>{words(job, filter, isSettled)}</p>
    </div>
  );
}

function words(job: LiveJob, filter: StreamFilter, isSettled: boolean): string {
  if (job.lines.count > 0 && filter !== 'all') {
    return `No line of ${filter} ${job.ended ? 'was printed' : 'so far'}. The log has others.`;
  }
  if (job.ended) return 'The job has ended without printing a line.';
  if (!isSettled) return 'Fetching what has happened so far …';
  if (job.status === 'queued')
    return 'The job is queued. Its lines appear here as soon as it runs.';
  return 'The job runs and has not printed anything yet.';
}
