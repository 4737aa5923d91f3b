/** What else one can do with a session. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { api } from '../../api/client';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { useQuietSession } from '../live/open';
import { RENAME } from './title';
import css from './head.module.css';

/** A list that opens below its button, and closes with Escape, a click elsewhere, or when the focus leaves it. */
export function Menu({ title }: { title: string }) {
  const [open, setOpen] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useClickElsewhere(whole, open, () => setOpen(false));
  const choose = (act: () => void) => () => {
    setOpen(false);
    act();
  };
  return (
    <div
      ref={whole}
      className={css.menu}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className={css.more}
        aria-label="More about this session"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" fill="currentColor" aria-hidden="true">
          <circle cx="3" cy="8" r="1.4" />
          <circle cx="8" cy="8" r="1.4" />
          <circle cx="13" cy="8" r="1.4" />
        </svg>
      </button>
      <div id={id} className={css.items} hidden={!open}>
        <Button kind="quiet" onClick={choose(() => document.dispatchEvent(new Event(RENAME)))}>
          Rename
        </Button>
        <Button kind="quiet" onClick={choose(() => setDeleting(true))}>
          Delete session
        </Button>
      </div>
      <DeleteQuestion title={title} open={deleting} onClose={() => setDeleting(false)} />
    </div>
  );
}

function DeleteQuestion({
  title,
  open,
  onClose,
}: {
  title: string;
  open: boolean;
  onClose: () => void;
}) {
  const { id } = useQuietSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const act = async () => {
    await api.DELETE('/api/sessions/{id}', { params: { path: { id } } });
    await navigate({ to: '/' });
    client.removeQueries({ queryKey: ['session', id] });
    await client.invalidateQueries({ queryKey: ['sessions'] });
  };
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title="Delete this session?"
      verb="Delete session"
      act={act}
    >
      <p>
        {title === '' ? 'It' : `“${title}”`} goes with its jobs, its log and its files. What runs is
        cancelled. What was pushed to GitHub stays there.
      </p>
    </Confirm>
  );
}

function useClickElsewhere(
  whole: React.RefObject<HTMLElement | null>,
  open: boolean,
  close: () => void,
): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (event.target instanceof Node && whole.current?.contains(event.target) === true) return;
      latest.current();
    };
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('focusin', elsewhere);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('focusin', elsewhere);
    };
  }, [open, whole]);
}
