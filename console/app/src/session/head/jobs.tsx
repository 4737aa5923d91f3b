/** Which of the session's jobs is shown. */
import { useNavigate } from '@tanstack/react-router';
import { Button } from '../../ui/button';
import type { SessionJob, Shown } from '../shown';
import { wordOf } from '../status';
import css from './head.module.css';

/** Characters of a prompt in the list. */
const PROMPT = 48;

function label({ number, prompt, status }: SessionJob): string {
  const line = prompt.replace(/\s+/g, ' ').trim();
  const short = line.length > PROMPT ? `${line.slice(0, PROMPT - 1)}…` : line;
  return `${number} · ${wordOf(status)} · ${short}`;
}

/** A list of all jobs. The latest is followed, unless another one is chosen. */
export function JobSelect({ shown: { all, job, pinned, missing } }: { shown: Shown }) {
  const navigate = useNavigate();
  const show = (id: string | undefined) => {
    void navigate({ to: '.', search: ({ job: _, ...rest }) => (id ? { ...rest, job: id } : rest) });
  };
  const latest = all?.at(-1);
  if (all === undefined || latest === undefined || (all.length < 2 && !missing)) return null;
  return (
    <>
      <select
        className={css.jobs}
        aria-label="Job that is shown"
        value={job?.id ?? ''}
        onChange={({ target: { value } }) => show(value === latest.id ? undefined : value)}
      >
        {job === undefined && <option value="">a job that is not here</option>}
        {all.toReversed().map((one) => (
          <option key={one.id} value={one.id}>
            {label(one)}
          </option>
        ))}
      </select>
      {pinned && job?.id !== latest.id && (
        <Button small onClick={() => show(undefined)}>
          Latest
        </Button>
      )}
    </>
  );
}
