/** The workers with what each runs, and what waits for them; renewed while one looks. */
import { useQuery } from '@tanstack/react-query';
import { fleet, ownRunning } from '../api/operators';
import { useDocument } from '../shell/document';
import { Empty, Problem, Waiting } from '../ui/notice';
import { Section } from '../ui/page';
import css from './fleet.module.css';
import { Queue } from './queue';
import { Worker } from './worker';

/** Between two looks, in milliseconds. */
const RENEW = 2_000;

const NOBODY: ReadonlySet<string> = new Set();

export function FleetPage() {
  useDocument('Fleet');
  const found = useQuery({ ...fleet, refetchInterval: RENEW });
  const own = useQuery({ ...ownRunning, refetchInterval: RENEW }).data ?? NOBODY;
  if (found.data === undefined) {
    return found.isError ? (
      <Problem error={found.error} retry={() => void found.refetch()} />
    ) : (
      <Waiting />
    );
  }
  const { workers, queue, unheld } = found.data;
  return (
    <>
      <Queue queue={queue} unheld={unheld} />
      <Section title="Workers">
        {workers.length === 0 && (
          <Empty title="No worker is there">
            <p>
              Jobs wait until one is. Start <code>leo-worker</code> with the settings of this
              server.
            </p>
          </Empty>
        )}
        <ul className={css.workers}>
          {workers.map((worker) => (
            <Worker key={worker.id} worker={worker} own={own} />
          ))}
        </ul>
      </Section>
    </>
  );
}
