/** What can be done with the lines that the address names. */
import { useEffect, useState } from 'react';
import type { LiveJob } from '../session/live/job';
import { Button } from '../ui/button';
import { CheckIcon, CopyIcon } from '../ui/icons';
import { hashOf, wordsOf, type Range } from './address';
import { copyText } from './copy';
import type { LogSource } from './rows/source';
import css from './view/log.module.css';
import { textOf } from './view/selection';

/** For how long a button says what came of it, in milliseconds. */
const SAID = 2_000;

export function Chosen({
  job,
  source,
  range,
  onClear,
}: {
  job: LiveJob;
  source: LogSource;
  range: Range;
  onClear: () => void;
}) {
  return (
    <div className={css.notice}>
      <p>{wordsOf(range)}</p>
      <Copy
        label={range.from === range.to ? 'Copy line' : 'Copy lines'}
        text={() => textOf(source, range)}
      />
      <Copy label="Copy link" text={() => linkOf(job.id, range)} />
      <Button small kind="quiet" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}

/** An address of these lines of this job, however the log is looked at here. */
function linkOf(jobId: string, range: Range): string {
  const url = new URL(location.pathname, location.origin);
  url.searchParams.set('job', jobId);
  url.hash = hashOf(range);
  return url.href;
}

/** As `CopyButton`, for a text that is made only when it is wanted. */
function Copy({ label, text }: { label: string; text: () => string }) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), SAID);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    copyText(text()).then(
      () => setSaid('Copied'),
      () => setSaid('The browser refused'),
    );
  };
  return (
    <Button small onClick={copy}>
      {said === 'Copied' ? <CheckIcon /> : <CopyIcon />}
      <span aria-live="polite">{said ?? label}</span>
    </Button>
  );
}
