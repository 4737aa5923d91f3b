/**
 * What can be done with a result: download it, link to it, push it to GitHub, have it deployed.
 *
 * For a card of somebody else's; it stands on the page of a session. What comes of a push or a deploy is
 * told by the stream, and shown here for as long as the card is there.
 */
import { useMemo } from 'react';
import { useJob } from '../session/live/open';
import { LiveJob } from '../session/live/job';
import { useSignal } from '../session/live/signal';
import { LinkButton } from '../ui/button';
import { DeployFacts } from './actions/answers';
import { DeployAction, useDeploy } from './actions/deploy';
import { LinkAction } from './actions/link';
import { PushAction, PushFacts, usePush } from './actions/push';
import css from './actions/actions.module.css';

/** Where the zip of a job's files is. */
export function zipOf(jobId: string): string {
  return `/api/jobs/${jobId}/download`;
}

/**
 * The actions of that job, which has ended. `primary`: the download is what one wants most.
 *
 * Of a job that a fork has brought along the stream may tell nothing: it has ended well, elsewhere.
 */
export function ResultActions({ jobId, primary = true }: { jobId: string; primary?: boolean }) {
  const silent = useMemo(() => {
    const job = new LiveJob(jobId);
    job.status = 'completed';
    return job;
  }, [jobId]);
  return <Actions key={jobId} job={useJob(jobId) ?? silent} primary={primary} />;
}

function Actions({ job, primary }: { job: LiveJob; primary: boolean }) {
  useSignal(job);
  const push = usePush(job);
  const deploy = useDeploy(job);
  return (
    <div className={css.actions}>
      <div className={css.row}>
        <LinkButton kind={primary ? 'primary' : undefined} href={zipOf(job.id)} download="">
          Download
        </LinkButton>
        <LinkAction jobId={job.id} />
        <PushAction job={job} push={push} />
        <DeployAction job={job} deploy={deploy} />
      </div>
      <ul className={css.facts} aria-live="polite">
        <PushFacts job={job} push={push} />
        <DeployFacts job={job} deploy={deploy} />
      </ul>
    </div>
  );
}
