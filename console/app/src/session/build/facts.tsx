/** The figures of a job: time, tokens, cost, and what it was asked to be. */
import type { ReactNode } from 'react';
import { Elapsed } from '../../ui/time';
import { useWatched } from '../live/signal';
import { hasEnded, type SessionJob } from '../shown';
import css from './build.module.css';

const number = new Intl.NumberFormat('en');
const dollars = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 4,
});

/** What model calls cost, as the server's list has it. */
interface Usage {
  promptTokens: number;
  completionTokens: number;
  costUsd?: number;
}

/** The usage of an answer of the server, which is of no type there. */
export function usageOf(value: unknown): Usage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { promptTokens, completionTokens, costUsd } = value as Record<string, unknown>;
  if (typeof promptTokens !== 'number' || typeof completionTokens !== 'number') return undefined;
  return { promptTokens, completionTokens, ...(typeof costUsd === 'number' && { costUsd }) };
}

export function Facts({ job }: { job: SessionJob }) {
  const live = useWatched(job.live);
  const known = job.rest ?? live?.snapshot;
  const usage = live?.usage ?? usageOf(job.rest?.usage);
  const budget = known?.budget;
  const from = live?.startedAt ?? job.rest?.startedAt;
  const to = live?.finishedAt ?? job.rest?.finishedAt;
  const attempt = live?.attempt || known?.attempt || 0;
  return (
    <dl className={css.facts}>
      {hasEnded(job.status) && job.status !== 'completed' && from != null && to != null && (
        <Fact name="Took">
          <Elapsed from={from} to={to} />
        </Fact>
      )}
      {usage !== undefined && (
        <Fact
          name="Tokens"
          title={`${number.format(usage.promptTokens)} in, ${number.format(usage.completionTokens)} out`}
        >
          {number.format(usage.promptTokens + usage.completionTokens)}
          {budget?.tokens != null && ` of ${number.format(budget.tokens)}`}
        </Fact>
      )}
      {(usage?.costUsd !== undefined || budget?.usd != null) && (
        <Fact name="Cost">
          {usage?.costUsd === undefined ? 'not told' : dollars.format(usage.costUsd)}
          {budget?.usd != null && ` of ${dollars.format(budget.usd)}`}
        </Fact>
      )}
      {live !== undefined && live.calls > 0 && <Fact name="Model calls">{live.calls}</Fact>}
      {known?.model != null && <Fact name="Model">{known.model}</Fact>}
      {known !== undefined && known.mode !== 'autonomous' && <Fact name="Mode">{known.mode}</Fact>}
      {attempt > 1 && <Fact name="Attempt">{attempt}</Fact>}
    </dl>
  );
}

function Fact({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
