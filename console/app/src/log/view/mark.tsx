/** What stands between lines: phases, which can be folded, and notes. */
import { duration, Elapsed } from '../../ui/time';
import { DownIcon, RightIcon } from '../../ui/icons';
import type { Mark } from '../rows/marks';
import type { LogRows } from '../rows/rows';
import css from './log.module.css';

/** A row of the list that is no line. */
export function MarkRow({
  mark,
  isOpen,
  onToggle,
}: {
  mark: Mark;
  isOpen: boolean;
  onToggle: (key: string) => void;
}) {
  if (mark.kind === 'phase') {
    return (
      <div className={css.phase}>
        <PhaseButton mark={mark} isOpen={isOpen} onToggle={onToggle} />
      </div>
    );
  }
  return (
    <div className={css[mark.kind]} data-tone={mark.tone}>
      <span className={css.ellipsis} title={mark.text}>
        {mark.text}
      </span>
    </div>
  );
}

const STATES = {
  designing: 'designing',
  implementing: 'writing',
  done: 'done',
  stopped: 'stopped',
} as const;

/** The head of a phase: what it is called, how far it is, and how long it took. */
export function PhaseButton({
  mark,
  isOpen,
  onToggle,
}: {
  mark: Mark;
  isOpen: boolean;
  onToggle: (key: string) => void;
}) {
  const { phase } = mark;
  if (phase === undefined) return null;
  return (
    <button
      type="button"
      className={css.fold}
      aria-expanded={isOpen}
      onClick={() => onToggle(mark.key)}
    >
      {isOpen ? <DownIcon /> : <RightIcon />}
      <span className={css.ellipsis}>
        <span className={css.soft}>Phase {phase.number}</span> {mark.text}
      </span>
      <span className={css.state} data-tone={mark.tone}>
        {STATES[phase.state]}
      </span>
      <span className={css.took}>
        {phase.endedAt === undefined ? (
          <Elapsed from={phase.startedAt} to={undefined} />
        ) : (
          duration(Date.parse(phase.endedAt) - Date.parse(phase.startedAt))
        )}
      </span>
    </button>
  );
}

/** The head of the phase that is read, once it has left at the top. */
export function Sticky({
  rows,
  first,
  isCut,
  toggle,
}: {
  rows: LogRows;
  first: number;
  isCut: boolean;
  toggle: (key: string) => void;
}) {
  const phase = rows.phaseOf(first);
  if (phase === undefined || (phase.row === first && !isCut)) return null;
  return (
    <div className={css.sticky}>
      <PhaseButton mark={phase.mark} isOpen={phase.isOpen} onToggle={toggle} />
    </div>
  );
}
