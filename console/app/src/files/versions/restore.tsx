/** Going back to a version, or forward again: the button, and what it means. */
import { useState } from 'react';
import { api, take, type Job } from '../../api/client';
import { useQuietSession } from '../../session/live/open';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Problem } from '../../ui/notice';
import css from '../actions/actions.module.css';
import { useOnce } from '../once';
import { firstLine } from '../prompt';

/** It is under way until the server says that `job` is the current version. */
export function Restore({ job }: { job: Job }) {
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button small busy={asked} onClick={() => setOpen(true)}>
        Restore
      </Button>
      <Dialog open={open} onClose={close} label="Restore this version">
        <Asking
          job={job}
          close={close}
          done={() => {
            setAsked(true);
            close();
          }}
        />
      </Dialog>
    </>
  );
}

function Asking({ job, close, done }: { job: Job; close: () => void; done: () => void }) {
  const runs = [...useQuietSession().jobs.values()].some((other) => other.status === 'generating');
  const restoring = useOnce(
    () => take(api.POST('/api/jobs/{id}/restore', { params: { path: { id: job.id } } })),
    done,
  );
  return (
    <div className={css.dialog}>
      <h2>Restore this version</h2>
      <p>
        The app is again as <q>{firstLine(job.prompt)}</q> left it, and the next prompt goes on from
        there. What was asked for later is not part of it.
      </p>
      <p>Nothing is lost: the other versions stay in this list and can be restored too.</p>
      {job.status !== 'completed' && (
        <p>This version is partial: its job ended before the app was complete.</p>
      )}
      {runs && (
        <p>
          A job is running. It goes on from what it began with, and its result becomes the current
          version when it completes.
        </p>
      )}
      {restoring.error !== undefined && <Problem error={restoring.error} />}
      <div className={css.row}>
        <Button kind="primary" busy={restoring.busy} onClick={() => restoring.run()}>
          Restore
        </Button>
        <Button onClick={close}>Cancel</Button>
      </div>
    </div>
  );
}
