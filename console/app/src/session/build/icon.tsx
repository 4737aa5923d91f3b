/** How far something is, as a picture; the words stand beside it. */
import type { PhaseState } from '../live/job';
import css from './build.module.css';

export function StateIcon({ state }: { state: PhaseState }) {
  return (
    <svg className={css.icon} data-state={state} viewBox="0 0 20 20" aria-hidden="true">
      <circle cx="10" cy="10" r="7.5" />
      {state === 'done' && <path d="m6.5 10.3 2.4 2.4 4.6-5" />}
      {state === 'stopped' && <path d="M7.5 7.5h5v5h-5z" />}
      {state === 'implementing' && <circle className={css.pulse} cx="10" cy="10" r="3.5" />}
      {state === 'designing' && <path d="M7 8h6M7 10.5h6M7 13h3" />}
    </svg>
  );
}
