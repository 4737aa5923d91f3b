/** What has become of one file: a line that says it, and its hunks where they are wanted. */
import { Link } from '@tanstack/react-router';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Schemas } from '../../api/client';
import { Badge, type Tone } from '../../ui/badge';
import { Button } from '../../ui/button';
import { FolderIcon } from '../tree/icons';
import css from './compare.module.css';
import { firstRows, hunksOf, rowsIn, type DiffRow, type Hunk } from './patch';
import { modeOf, OMITTED, sizesOf } from './words';

/** Rows that are drawn at once, and with each further press. */
const MOST_ROWS = 600;

const TONES: Readonly<Record<Schemas['Change'], Tone>> = {
  added: 'done',
  removed: 'failed',
  modified: 'info',
  renamed: 'plain',
};

export function Change({
  change,
  jobId,
  begin,
  wanted,
}: {
  change: Schemas['FileChange'];
  /** The job of the later version. */
  jobId: string;
  /** Whether its hunks are there from the beginning. */
  begin: boolean;
  /** Whether the address names it. */
  wanted: boolean;
}) {
  const [open, setOpen] = useState(begin || wanted);
  const id = useId();
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (wanted) item.current?.scrollIntoView({ block: 'start' });
  }, [wanted]);
  const { path, oldPath } = change;
  return (
    <li ref={item} className={css.change}>
      <div className={css.head}>
        <h3>
          <button
            type="button"
            className={css.toggle}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            <FolderIcon open={open} />
            <span className={css.path}>
              {oldPath != null && `${oldPath} → `}
              {path}
            </span>
          </button>
        </h3>
        <Facts change={change} />
        {change.change !== 'removed' && (
          <Link
            from="/sessions/$sessionId"
            to="/sessions/$sessionId/files"
            search={{ job: jobId, path }}
            className={css.open}
            aria-label={`Open ${path}`}
          >
            Open
          </Link>
        )}
      </div>
      <div id={id} hidden={!open}>
        {open && <Hunks change={change} />}
      </div>
    </li>
  );
}

function Facts({ change }: { change: Schemas['FileChange'] }) {
  const mode = modeOf(change);
  return (
    <span className={css.facts}>
      <Badge tone={TONES[change.change]}>{change.change}</Badge>
      {change.additions != null && change.deletions != null && (
        <span>
          <span className={css.plus}>+{change.additions}</span>{' '}
          <span className={css.minus}>−{change.deletions}</span>
        </span>
      )}
      <span>{sizesOf(change)}</span>
      {mode !== undefined && <span>{mode}</span>}
    </span>
  );
}

function Hunks({ change }: { change: Schemas['FileChange'] }) {
  const { patch, omitted, path } = change;
  const hunks = useMemo(() => hunksOf(patch ?? ''), [patch]);
  const [most, setMost] = useState(MOST_ROWS);
  const left = rowsIn(hunks) - most;
  if (hunks.length === 0) {
    return (
      <p className={css.note}>{omitted == null ? 'No line has changed.' : OMITTED[omitted]}</p>
    );
  }
  return (
    <>
      <div className={css.scroller} tabIndex={0} role="region" aria-label={`Changes in ${path}`}>
        <table className={css.table}>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">Line before</th>
              <th scope="col">Line after</th>
              <th scope="col">Change</th>
              <th scope="col">Text</th>
            </tr>
          </thead>
          {firstRows(hunks, most).map((hunk) => (
            <HunkRows key={hunk.head} hunk={hunk} />
          ))}
        </table>
      </div>
      {left > 0 && (
        <p className={css.note}>
          <Button small onClick={() => setMost(most + 10 * MOST_ROWS)}>
            Show more of {left.toLocaleString('en')} further lines
          </Button>
        </p>
      )}
    </>
  );
}

function HunkRows({ hunk: { head, rows } }: { hunk: Hunk }) {
  return (
    <tbody>
      <tr className={css.hunk}>
        <td colSpan={4}>{head}</td>
      </tr>
      {rows.map((row, index) => (
        <tr key={index} data-kind={row.kind}>
          <td className={css.number} data-line={row.before} />
          <td className={css.number} data-line={row.after} />
          <td className={css.sign}>{SIGNS[row.kind]}</td>
          <td className={css.text}>
            <code>{row.text}</code>
          </td>
        </tr>
      ))}
    </tbody>
  );
}

const SIGNS: Readonly<Record<DiffRow['kind'], string>> = {
  same: '',
  added: '+',
  removed: '−',
  remark: '',
};
