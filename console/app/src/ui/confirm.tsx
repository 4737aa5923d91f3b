/** A button that asks before it does something that cannot be taken back. */
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Button, type Look } from './button';
import { Dialog } from './dialog';
import { Problem } from './notice';
import css from './ui.module.css';

/** What is asked, and what is done. */
export interface Question {
  /** `Delete this webhook?` */
  title: string;
  /** What will be so afterwards. */
  children: ReactNode;
  /** The verb of the button. */
  verb: string;
  /** Does it; an error is shown, and the question stays. */
  act: () => Promise<unknown>;
  danger?: boolean;
}

/** The question itself, shown while `open`. */
export function Confirm({
  open,
  onClose,
  title,
  children,
  verb,
  act,
  danger = true,
}: Question & { open: boolean; onClose: () => void }) {
  const doing = useMutation({ mutationFn: act, onSuccess: onClose });
  const leave = () => {
    doing.reset();
    onClose();
  };
  return (
    <Dialog open={open} onClose={leave} label={title}>
      <div className={css.stack}>
        <h2>{title}</h2>
        <div className={css.soft}>{children}</div>
        {doing.isError && <Problem error={doing.error} />}
        <div className={css.row}>
          <Button
            kind={danger ? 'danger' : 'primary'}
            busy={doing.isPending}
            onClick={() => doing.mutate()}
          >
            {verb}
          </Button>
          <Button kind="quiet" onClick={leave}>
            Keep it as it is
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** A button that leads to the question. */
export function ConfirmButton({
  label,
  look = {},
  disabled,
  ...question
}: Question & { label: ReactNode; look?: Look; disabled?: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button {...look} disabled={disabled} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Confirm {...question} open={open} onClose={() => setOpen(false)} />
    </>
  );
}
