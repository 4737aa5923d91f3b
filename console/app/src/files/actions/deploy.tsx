/**
 * Deploying: who would be asked, the button that asks them, and what they have answered.
 *
 * The answers are events of the session, so every tab shows them. See docs/webhooks.md.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, take, type Schemas } from '../../api/client';
import { deployHooks } from '../../api/queries';
import type { LiveJob } from '../../session/live/job';
import { Button, buttonClass } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Problem, Waiting } from '../../ui/notice';
import { useOnce } from '../once';
import { useAsked } from './asked';
import css from './actions.module.css';

/** When each host has answered last. */
function answered(job: LiveJob): Record<string, string> {
  return Object.fromEntries([...job.deploys.values()].map(({ host, at }) => [host, at]));
}

/** A deploy of a job, as the parts of this file show it. */
export interface Deploy {
  /** Hosts that were asked and have not answered. */
  waiting: string[];
  /** To be told who was asked, and what `answered` was before. */
  asked: (hosts: string[], before: Record<string, string>) => void;
}

function parse(kept: string | undefined): Record<string, string> {
  return kept === undefined ? {} : (JSON.parse(kept) as Record<string, string>);
}

/** Where a deploy of the job stands. */
export function useDeploy(job: LiveJob): Deploy {
  const [kept, keep] = useAsked(`deploy.${job.id}`);
  const waiting = Object.entries(parse(kept))
    .filter(([host, before]) => (job.deploys.get(host)?.at ?? '') <= before)
    .map(([host]) => host);
  useEffect(() => {
    if (kept !== undefined && waiting.length === 0) keep(undefined);
  });
  const asked = (hosts: string[], before: Record<string, string>): void => {
    keep(JSON.stringify(Object.fromEntries(hosts.map((host) => [host, before[host] ?? '']))));
  };
  return { waiting, asked };
}

/** The button, and what it opens. */
export function DeployAction({ job, deploy }: { job: LiveJob; deploy: Deploy }) {
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Deploy</Button>
      <Dialog open={open} onClose={close} label="Deploy">
        <Asking job={job} deploy={deploy} close={close} />
      </Dialog>
    </>
  );
}

function Asking({ job, deploy, close }: { job: LiveJob; deploy: Deploy; close: () => void }) {
  const hooks = useQuery({ ...deployHooks, staleTime: 0 });
  return (
    <div className={css.dialog}>
      <h2>Deploy</h2>
      {hooks.isPending && <Waiting>Looking who deploys</Waiting>}
      {hooks.isError && <Problem error={hooks.error} retry={() => void hooks.refetch()} />}
      {hooks.data?.hooks.length === 0 && <Nobody close={close} />}
      {hooks.data !== undefined && hooks.data.hooks.length > 0 && (
        <Hooks job={job} deploy={deploy} hooks={hooks.data.hooks} close={close} />
      )}
    </div>
  );
}

function Nobody({ close }: { close: () => void }) {
  return (
    <>
      <p>
        Nobody deploys here yet. Leo does not host apps: it tells a server of yours where the result
        is, and that server deploys it.
      </p>
      <p>
        Add a webhook for the event <code>deploy.requested</code>, or ask the operator to set{' '}
        <code>DEPLOY_HOOK_URL</code> for everybody.
      </p>
      <div className={css.row}>
        <Link to="/settings/webhooks" className={buttonClass({ kind: 'primary' })}>
          Add a webhook
        </Link>
        <Button onClick={close}>Cancel</Button>
      </div>
    </>
  );
}

function Hooks({
  job,
  deploy,
  hooks,
  close,
}: {
  job: LiveJob;
  deploy: Deploy;
  hooks: Schemas['DeployHook'][];
  close: () => void;
}) {
  const asking = useOnce(
    async (key) => {
      // An answer may come before this one does.
      const before = answered(job);
      const params = { path: { id: job.id }, header: { 'Idempotency-Key': key } };
      const requested = await take(api.POST('/api/jobs/{id}/deploy', { params }));
      return { hosts: requested.hooks.map(({ host }) => host), before };
    },
    ({ hosts: those, before }) => {
      deploy.asked(those, before);
      close();
    },
  );
  return (
    <>
      <p>
        {hooks.length === 1 ? 'This server is' : 'These servers are'} asked to deploy the result,
        and {hooks.length === 1 ? 'gets' : 'get'} a link to it that is good for a day:
      </p>
      <ul>
        {hooks.map(({ host, webhookId }) => (
          <li key={`${host} ${webhookId}`}>
            <code>{host}</code> ({webhookId == null ? 'of the installation' : 'a webhook of yours'})
          </li>
        ))}
      </ul>
      {job.status !== 'completed' && <p>This version is partial: its job did not end well.</p>}
      {asking.error !== undefined && <Problem error={asking.error} />}
      <div className={css.row}>
        <Button kind="primary" busy={asking.busy} onClick={() => asking.run()}>
          Ask to deploy
        </Button>
        <Button onClick={close}>Cancel</Button>
      </div>
    </>
  );
}
