/** What has happened around the work that one should know of, and need not worry about. */
import { bytes } from '../../ui/bytes';
import { Ago } from '../../ui/time';
import type { Incident, LiveJob } from '../live/job';
import css from './build.module.css';

/** An incident in words. */
export function wordsOf(incident: Incident): string {
  if (incident.kind === 'attempt') {
    return `Attempt ${incident.attempt} goes on from the last finished phase, with the files that were there.`;
  }
  return incident.how === 'adopted'
    ? 'The worker was replaced by another one. The job ran on and has lost nothing.'
    : 'The worker was lost. Another one takes the job over.';
}

export function Incidents({ job }: { job: LiveJob }) {
  if (job.incidents.length === 0 && job.truncatedAt === undefined) return null;
  return (
    <ul className={css.incidents} aria-label="Incidents">
      {job.incidents.map((incident, index) => (
        <li key={index}>
          {wordsOf(incident)} <Ago at={incident.at} />
        </li>
      ))}
      {job.truncatedAt !== undefined && (
        <li>
          The output is longer than {bytes(job.truncatedAt)}. What came after that was not kept; the
          job itself is not concerned.
        </li>
      )}
    </ul>
  );
}
