/** How far a job is, as a bar. Counted in features where the agent lists them, else in phases. */
import type { LiveJob } from '../live/job';
import css from './build.module.css';

/** So much of so much. */
export interface Part {
  done: number;
  of: number;
  words: string;
}

/** What is known of it; undefined: nothing. `most`: the phases that it may take. */
export function progressOf(
  job: LiveJob | undefined,
  most: number | null | undefined,
): Part | undefined {
  if (job === undefined) return undefined;
  if (job.progress !== undefined && job.progress.total > 0) {
    const { passing, total } = job.progress;
    return { done: passing, of: total, words: `${passing} of ${total} features pass` };
  }
  if (most == null || job.phases.length === 0) return undefined;
  const done = job.phases.filter(({ state }) => state === 'done').length;
  const last = job.phases.find(({ isLast }) => isLast);
  if (last !== undefined) {
    return { done, of: last.number, words: `${done} of ${last.number} phases done` };
  }
  const phases = done === 1 ? 'phase' : 'phases';
  return { done, of: most, words: `${done} ${phases} done, at most ${most}` };
}

export function Progress({ progress }: { progress: Part | undefined }) {
  const part = progress === undefined ? 0 : Math.min(1, progress.done / progress.of);
  return (
    <div className={css.progress}>
      <div
        className={css.bar}
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        {...(progress !== undefined && {
          'aria-valuemax': progress.of,
          'aria-valuenow': progress.done,
          'aria-valuetext': progress.words,
        })}
      >
        <span style={{ transform: `scaleX(${part})` }} />
      </div>
      <span className={css.soft}>{progress?.words ?? 'Not known yet'}</span>
    </div>
  );
}
