/** What can be done with what a job has left. */
import { ResultActions, zipOf } from '../../files/actions';
import { LinkButton } from '../../ui/button';
import type { SessionJob } from '../shown';
import css from './build.module.css';

/** `primary`: the download is what one wants most. A job that the stream does not know can be downloaded. */
export function Actions({ job, primary = true }: { job: SessionJob; primary?: boolean }) {
  if (job.live !== undefined) return <ResultActions jobId={job.id} primary={primary} />;
  return (
    <div className={css.line}>
      <LinkButton kind={primary ? 'primary' : undefined} href={zipOf(job.id)} download="">
        Download
      </LinkButton>
    </div>
  );
}
