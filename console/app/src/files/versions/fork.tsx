/** A session of its own that begins with a version. */
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take, type Job } from '../../api/client';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { Problem } from '../../ui/notice';
import css from '../actions/actions.module.css';
import { useOnce } from '../once';
import { firstLine } from '../prompt';

export function Fork({ job }: { job: Job }) {
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button small onClick={() => setOpen(true)}>
        Fork
      </Button>
      <Dialog open={open} onClose={close} label="Fork this version">
        <Asking job={job} close={close} />
      </Dialog>
    </>
  );
}

function Asking({ job, close }: { job: Job; close: () => void }) {
  const [title, setTitle] = useState('');
  const navigate = useNavigate();
  const forking = useOnce(
    (key, given: string) =>
      take(
        api.POST('/api/jobs/{id}/fork', {
          params: { path: { id: job.id }, header: { 'Idempotency-Key': `${key}-${given}` } },
          body: given === '' ? {} : { title: given },
        }),
      ),
    (session) => {
      close();
      void navigate({ to: '/sessions/$sessionId', params: { sessionId: session.id } });
    },
  );
  return (
    <form
      className={css.dialog}
      onSubmit={(event) => {
        event.preventDefault();
        forking.run(title.trim());
      }}
    >
      <h2>Fork this version</h2>
      <p>
        Makes a session of its own that begins with the app as <q>{firstLine(job.prompt)}</q> left
        it. This session stays as it is.
      </p>
      <Field
        label="Title"
        hint="Without one it is called like this session, marked as a fork."
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.target.value)}
      />
      {forking.error !== undefined && <Problem error={forking.error} />}
      <div className={css.row}>
        <Button type="submit" kind="primary" busy={forking.busy}>
          Fork
        </Button>
        <Button onClick={close}>Cancel</Button>
      </div>
    </form>
  );
}
