/** What a log lacks, and what is done about it: lines that are not here any more, or not yet. */
import { useWatched } from '../session/live/signal';
import type { LiveJob } from '../session/live/job';
import { Button } from '../ui/button';
import { wordsOf } from './address';
import type { LogLines } from './uselines';
import css from './view/log.module.css';

export function Missing({
  job,
  lines,
  target,
  isSettled,
}: {
  job: LiveJob;
  lines: LogLines;
  target: number | undefined;
  isSettled: boolean;
}) {
  useWatched(job.lines);
  return (
    <>
      <Gone lines={lines} />
      {target !== undefined && target > lines.source.count && (
        <div className={css.notice} role="status">
          <p>{awaited(target, lines.source.count, job.ended && isSettled)}</p>
        </div>
      )}
    </>
  );
}

function awaited(target: number, count: number, isOver: boolean): string {
  const line = target.toLocaleString('en');
  if (!isOver) return `Waiting for line ${line} …`;
  if (count === 0) return `There is no line ${line}: the log is empty.`;
  return `There is no line ${line}: the log ends with line ${count.toLocaleString('en')}.`;
}

/** The oldest lines of a very long log, which the page has let go of. */
function Gone({ lines: { source, stored, load } }: { lines: LogLines }) {
  if (source.first <= 1) return null;
  const range = wordsOf({ from: 1, to: source.first - 1 });
  if (stored?.state === 'loading') {
    const [there, all] = [stored.lines.count, stored.wanted].map((count) =>
      count.toLocaleString('en'),
    );
    return (
      <div className={css.notice}>
        <p role="status">
          Fetching {there} of {all} lines …
        </p>
        <progress value={stored.lines.count} max={stored.wanted} aria-label="Lines fetched" />
        <Button small onClick={() => stored.stop()}>
          Stop
        </Button>
      </div>
    );
  }
  return (
    <div className={css.notice} data-tone={stored?.state === 'failed' ? 'failed' : undefined}>
      <p>
        {stored?.state === 'failed'
          ? `${range} could not be fetched: ${stored.problem ?? ''}`
          : `${range} are on the server.`}
      </p>
      <Button small onClick={load}>
        Load them
      </Button>
    </div>
  );
}
