/** A job that waits: where it stands, and what it waits for. */
import { useQuery } from '@tanstack/react-query';
import { job as jobQuery } from '../../api/queries';
import ui from '../../ui/ui.module.css';
import { Elapsed } from '../../ui/time';
import type { SessionJob } from '../shown';
import { NotifyButton } from './notify-button';
import css from './build.module.css';

/** How often the place is asked for, in milliseconds. */
const LOOK_EVERY = 2_000;

export function Queue({ job: { id, live, createdAt } }: { job: SessionJob }) {
  const asked = useQuery({ ...jobQuery(id), refetchInterval: LOOK_EVERY, staleTime: 0 });
  const place = asked.data?.queue ?? live?.snapshot?.queue;
  const runAt = asked.data?.runAt;
  return (
    <div className={`${ui.card} ${css.card}`}>
      <h2>
        {place === undefined || place === null ? 'Queued' : `Queued, number ${place.position}`}
      </h2>
      <p aria-live="polite">
        {place == null ? 'It starts as soon as it can.' : sentence(place.reason)}
      </p>
      {runAt != null && Date.parse(runAt) > Date.now() && (
        <p>
          It is to start at <time dateTime={runAt}>{new Date(runAt).toLocaleString()}</time>.
        </p>
      )}
      {createdAt !== undefined && (
        <p className={css.soft}>
          Waiting for <Elapsed from={createdAt} to={undefined} />
        </p>
      )}
      <NotifyButton />
    </div>
  );
}

/** The server's words, as a sentence. */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
