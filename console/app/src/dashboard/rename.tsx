/** Another title for a session. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Session } from '../api/client';
import { rename } from '../api/sessions';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Problem } from '../ui/notice';
import css from './dashboard.module.css';

/** The most characters of a title; the server says so too. */
const LONGEST = 200;

export function RenameForm({ session, onClose }: { session: Session; onClose: () => void }) {
  const cache = useQueryClient();
  const [title, setTitle] = useState(session.title);
  const renaming = useMutation({
    mutationFn: () => rename(session.id, title.trim()),
    onSuccess: async () => {
      await Promise.all([
        cache.invalidateQueries({ queryKey: ['sessions'] }),
        cache.invalidateQueries({ queryKey: ['session', session.id] }),
      ]);
      onClose();
    },
  });
  return (
    <form
      className={css.rename}
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() !== '') renaming.mutate();
      }}
    >
      <h2>Rename the session</h2>
      <Field
        label="Title"
        value={title}
        maxLength={LONGEST}
        autoFocus
        wrong={title.trim() === '' ? 'A session has a title.' : undefined}
        onChange={(event) => setTitle(event.target.value)}
      />
      {renaming.isError && <Problem error={renaming.error} />}
      <div className={css.submit}>
        <Button type="submit" kind="primary" busy={renaming.isPending}>
          Rename
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Keep the title
        </Button>
      </div>
    </form>
  );
}
