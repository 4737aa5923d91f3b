/** What waits, in figures. */
import type { Schemas } from '../api/client';
import { Section } from '../ui/page';
import { duration } from '../ui/time';
import css from './fleet.module.css';

type Depth = Schemas['QueueDepth'];

const seconds = (count: number): string => duration(count * 1000);

export function Queue({ queue, unheld }: { queue: Depth; unheld: number }) {
  const oldest = queue.oldestWaitSeconds;
  const figures: readonly [string, string, string][] = [
    ['Running', String(queue.generating), 'on a worker'],
    ['Ready', String(queue.ready), 'wait for a worker or for their account’s limit'],
    ['Oldest wait', oldest == null ? '–' : seconds(oldest), 'of those that are ready'],
    ['Behind others', String(queue.waiting), 'wait for a job of their session'],
    ['Delayed', String(queue.delayed), 'are to start later'],
    [
      'Unheld',
      String(unheld),
      'run, but no worker that is there holds them: one will take them over',
    ],
  ];
  return (
    <Section title="Jobs">
      <dl className={css.figures}>
        {figures.map(([label, value, means]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className={css.figure}>{value}</dd>
            <dd className={css.soft}>{means}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
