/** What an account has nearly used up, in words. */
import type { Schemas } from '../api/client';
import { bytes } from '../ui/bytes';

type Quotas = Schemas['Quotas'];

/** From which part of a limit on it is worth a word. */
const NEAR = 0.8;

/** A limit and what of it is used. */
export interface Use {
  label: string;
  used: number;
  limit: number | undefined;
  /** Of one number. */
  say: (count: number) => string;
  /** What comes of reaching it. */
  then: string;
}

const plain = (count: number): string => count.toLocaleString('en');

/** Everything that has a limit, or might have one. */
export function uses({ limits, usage }: Quotas): Use[] {
  return [
    {
      label: 'Jobs today',
      used: usage.jobsToday,
      limit: limits.quotaJobsPerDay ?? undefined,
      say: plain,
      then: 'The count begins anew at midnight UTC.',
    },
    {
      label: 'Sessions',
      used: usage.sessions,
      limit: limits.quotaSessions ?? undefined,
      say: plain,
      then: 'Delete sessions that you do not need any more.',
    },
    {
      label: 'Storage',
      used: usage.storage,
      limit: limits.quotaStorage ?? undefined,
      say: bytes,
      then: 'Deleted sessions make room after about an hour.',
    },
  ];
}

/** Of those uses the ones near their limit: `24 of 25 sessions are used. …`. */
export function nearLimits(quotas: Quotas): string[] {
  return uses(quotas)
    .filter(({ used, limit }) => limit !== undefined && used >= limit * NEAR)
    .map(
      ({ label, used, limit = 0, say, then }) =>
        `${label}: ${say(used)} of ${say(limit)} used. ${then}`,
    );
}
