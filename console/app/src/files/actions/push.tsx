/**
 * To GitHub: where a result is there, what came of pushing it, and the button that asks for it.
 *
 * The answer to the request says only that it will be tried. What comes of it is an `artifact_published`
 * event, so every tab shows it, and it is still there after a reload.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, ApiError, take } from '../../api/client';
import { github } from '../../api/queries';
import type { LiveJob } from '../../session/live/job';
import { Button, buttonClass, LinkButton } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { words } from '../../ui/notice';
import { useOnce, type Once } from '../once';
import { useAsked } from './asked';
import css from './actions.module.css';

/** A push of a job, as the parts of this file show it. */
export interface Push {
  /** It is asked for and has not been answered. */
  underway: boolean;
  asking: Once<[]>;
}

/** The `seq` of what was told last about pushes of the job; 0 before anything was. */
function lastTold(job: LiveJob): number {
  return job.events.all.findLast((event) => event.type === 'artifact_published')?.seq ?? 0;
}

/** Where a push of the job stands. */
export function usePush(job: LiveJob): Push {
  const [asked, keep] = useAsked(`push.${job.id}`);
  // After a reload the stream comes anew: what was told before it was asked for is no answer.
  const underway = asked !== undefined && lastTold(job) <= Number(asked);
  useEffect(() => {
    if (asked !== undefined && !underway) keep(undefined);
  });
  const asking = useOnce(async () => {
    const before = lastTold(job);
    try {
      await take(
        api.POST('/api/jobs/{id}/push', {
          params: { path: { id: job.id } },
          body: { partial: job.status !== 'completed' },
        }),
      );
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'push_under_way')) throw error;
    }
    keep(String(before));
  });
  return { underway, asking };
}

/** The button or link. */
export function PushAction({ job, push }: { job: LiveJob; push: Push }) {
  const account = useQuery(github);
  const mayPush = account.data?.login != null || account.data?.installation === true;
  if (job.githubUrl !== undefined) {
    return (
      <LinkButton href={job.githubUrl} target="_blank">
        Open on GitHub
      </LinkButton>
    );
  }
  if (account.data !== undefined && !mayPush) return <NotConnected />;
  return (
    <Button busy={push.asking.busy || push.underway} onClick={() => push.asking.run()}>
      Push to GitHub
    </Button>
  );
}

function NotConnected() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Push to GitHub</Button>
      <Dialog open={open} onClose={() => setOpen(false)} label="Push to GitHub">
        <div className={css.dialog}>
          <h2>Push to GitHub</h2>
          <p>
            No account at GitHub is connected. Connect yours once, and results can be pushed to a
            private repository, one for each session.
          </p>
          <div className={css.row}>
            <Link to="/settings/github" className={buttonClass({ kind: 'primary' })}>
              Connect GitHub
            </Link>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}

/** What there is to say about it; nothing, where nothing was asked for. */
export function PushFacts({ job, push }: { job: LiveJob; push: Push }) {
  const { underway, asking } = push;
  if (asking.error !== undefined) {
    return <li data-tone="failed">Nothing was pushed: {words(asking.error)}</li>;
  }
  if (underway)
    return <li>Pushing to GitHub … It may take some minutes, and goes on without you.</li>;
  if (job.githubNote === undefined) return null;
  const pushed = job.githubUrl !== undefined;
  return (
    <li data-tone={pushed ? undefined : 'failed'}>
      {pushed ? 'On GitHub: ' : 'The push to GitHub failed: '}
      {job.githubNote}{' '}
      {pushed ? (
        <Button small busy={asking.busy} onClick={() => asking.run()}>
          Push again
        </Button>
      ) : (
        <Link to="/settings/github">GitHub settings</Link>
      )}
    </li>
  );
}
