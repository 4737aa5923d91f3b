/** Where something stands, in a word and a colour. */
import type { JobStatus } from '@leo/stream';
import type { ReactNode } from 'react';
import css from './ui.module.css';

/** What a colour means. */
export type Tone = 'running' | 'done' | 'failed' | 'info' | 'plain';

const TONES: Record<JobStatus, Tone> = {
  queued: 'info',
  generating: 'running',
  completed: 'done',
  failed: 'failed',
  cancelled: 'plain',
};

/** The colour of a status. */
export function toneOf(status: JobStatus): Tone {
  return TONES[status];
}

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={css.badge} data-tone={tone}>
      <span className={css.dot} aria-hidden="true" />
      {children}
    </span>
  );
}

/** A job's status. */
export function StatusBadge({ status }: { status: JobStatus }) {
  return <Badge tone={toneOf(status)}>{status}</Badge>;
}
