/** A link at which anybody can download a result, for some time. It is shown once, here. */
import { useId, useState } from 'react';
import { api, take, type Schemas } from '../../api/client';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy';
import { Dialog } from '../../ui/dialog';
import { Problem } from '../../ui/notice';
import ui from '../../ui/ui.module.css';
import { useOnce } from '../once';
import css from './actions.module.css';

const HOUR = 3_600;

/** For how long a link may be good, in seconds; a week is the most that the server allows. */
const TIMES: readonly [number, string][] = [
  [HOUR, '1 hour'],
  [24 * HOUR, '1 day'],
  [3 * 24 * HOUR, '3 days'],
  [7 * 24 * HOUR, '1 week'],
];

/** The button, and what it opens. */
export function LinkAction({ jobId }: { jobId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Copy a download link</Button>
      <Dialog open={open} onClose={() => setOpen(false)} label="Download link">
        <Making jobId={jobId} close={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Making({ jobId, close }: { jobId: string; close: () => void }) {
  const [expiresIn, setExpiresIn] = useState(24 * HOUR);
  const [link, setLink] = useState<Schemas['VersionLink']>();
  const making = useOnce(
    () =>
      take(
        api.POST('/api/jobs/{id}/link', { params: { path: { id: jobId } }, body: { expiresIn } }),
      ),
    setLink,
  );
  return (
    <div className={css.dialog}>
      <h2>Download link</h2>
      {link === undefined ? (
        <Choosing expiresIn={expiresIn} choose={setExpiresIn} />
      ) : (
        <Made link={link} />
      )}
      {making.error !== undefined && <Problem error={making.error} />}
      <div className={css.row}>
        {link === undefined && (
          <Button kind="primary" busy={making.busy} onClick={() => making.run()}>
            Make the link
          </Button>
        )}
        <Button onClick={close}>{link === undefined ? 'Cancel' : 'Done'}</Button>
      </div>
    </div>
  );
}

function Choosing({ expiresIn, choose }: { expiresIn: number; choose: (seconds: number) => void }) {
  const id = useId();
  return (
    <>
      <p>Whoever has the link can download this version as a zip, without signing in.</p>
      <div className={ui.field}>
        <label htmlFor={id}>Good for</label>
        <select
          id={id}
          className={ui.input}
          value={expiresIn}
          onChange={(event) => choose(Number(event.target.value))}
        >
          {TIMES.map(([seconds, label]) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}

function Made({ link }: { link: Schemas['VersionLink'] }) {
  const id = useId();
  return (
    <>
      <div className={ui.field}>
        <label htmlFor={id}>The link</label>
        <div className={css.copied}>
          <input
            id={id}
            className={ui.input}
            readOnly
            value={link.url}
            aria-describedby={`${id}-told`}
            onFocus={(event) => event.target.select()}
          />
          <CopyButton text={link.url} kind="primary" />
        </div>
        <span id={`${id}-told`} className={ui.hint}>
          Good until {new Date(link.expiresAt).toLocaleString()}. It is shown this once.
        </span>
      </div>
    </>
  );
}
