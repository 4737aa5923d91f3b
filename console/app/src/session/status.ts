/** What a status is called where there is more room than in a badge, and what the tab's icon shows of it. */
import type { JobStatus } from '@leo/stream';
import type { Mark } from '../shell/document';

const WORDS: Record<JobStatus, string> = {
  queued: 'Queued',
  generating: 'Building',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

const MARKS: Record<JobStatus, Mark | undefined> = {
  queued: 'running',
  generating: 'running',
  completed: 'done',
  failed: 'failed',
  cancelled: undefined,
};

export function wordOf(status: JobStatus): string {
  return WORDS[status];
}

/** The mark of the tab's icon. */
export function markOf(status: JobStatus): Mark | undefined {
  return MARKS[status];
}
