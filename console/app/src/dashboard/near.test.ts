import { expect, test } from 'vitest';
import { nearLimits } from './near';

const usage = { sessions: 8, jobsToday: 7, queued: 0, running: 0, storage: 1024 };

test('what has no limit is never near it', () => {
  expect(nearLimits({ limits: {}, usage })).toEqual([]);
  expect(nearLimits({ limits: { quotaSessions: null }, usage })).toEqual([]);
});

test('from four fifths on it is said', () => {
  const limits = { quotaSessions: 10, quotaJobsPerDay: 10, quotaStorage: 1024 };
  const said = nearLimits({ limits, usage });
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^Sessions: 8 of 10 used\./);
  expect(said[1]).toMatch(/^Storage: 1.0 KiB of 1.0 KiB used\./);
});
