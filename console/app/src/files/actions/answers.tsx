/** What deploy hooks have answered. */
import type { DeployAnswer, LiveJob } from '../../session/live/job';
import { Ago } from '../../ui/time';
import type { Deploy } from './deploy';

/** What the hooks have answered, and who has not. */
export function DeployFacts({ job, deploy }: { job: LiveJob; deploy: Deploy }) {
  const answers = [...job.deploys.values()].filter(({ host }) => !deploy.waiting.includes(host));
  return (
    <>
      {deploy.waiting.map((host) => (
        <li key={host}>
          <code>{host}</code> is asked to deploy. Its answer will stand here.
        </li>
      ))}
      {answers.map((answer) => (
        <Answer key={answer.host} answer={answer} />
      ))}
    </>
  );
}

function Answer({ answer: { host, status, error, nextTryAt, at } }: { answer: DeployAnswer }) {
  return (
    <li data-tone={error === undefined ? undefined : 'failed'}>
      Deploy: <code>{host}</code>{' '}
      {error === undefined
        ? `has taken it (${status ?? 'no status'})`
        : `has not taken it: ${error}`}
      , <Ago key={at} at={at} />.{nextTryAt !== undefined && <Again at={nextTryAt} since={at} />}
    </li>
  );
}

/** When it is asked again: the first pauses are shorter than what is worth counting. */
function Again({ at, since }: { at: string; since: string }) {
  if (Date.parse(at) - Date.parse(since) < SOON) return <> It is asked again soon.</>;
  return (
    <>
      {' '}
      It is asked again <Ago key={at} at={at} />.
    </>
  );
}

/** In milliseconds. */
const SOON = 60_000;
