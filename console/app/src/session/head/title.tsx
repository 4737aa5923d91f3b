/** The title of a session, which becomes a field when one presses it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, take } from '../../api/client';
import { words } from '../../ui/notice';
import ui from '../../ui/ui.module.css';
import { useQuietSession } from '../live/open';
import css from './head.module.css';

/** Dispatched on the document by whoever wants the title to be edited: the menu. */
export const RENAME = 'leo:rename';

/** Gives the session another title. The stream tells everybody who looks at it. */
function useRename(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (title: string) =>
      take(
        api.PATCH('/api/sessions/{id}', { params: { path: { id: sessionId } }, body: { title } }),
      ),
    onSuccess: (session) => client.setQueryData(['session', sessionId], session),
  });
}

/** `title`: empty until it is known. */
export function Title({ title }: { title: string }) {
  const session = useQuietSession();
  const rename = useRename(session.id);
  const [editing, setEditing] = useState(false);
  useEffect(() => {
    const edit = () => setEditing(true);
    document.addEventListener(RENAME, edit);
    return () => document.removeEventListener(RENAME, edit);
  }, []);
  const save = (next: string) => {
    setEditing(false);
    if (next !== '' && next !== title) rename.mutate(next);
  };
  const shown = rename.isPending ? rename.variables : title;
  return (
    <>
      {editing ? (
        <TitleField title={title} onSave={save} onLeave={() => setEditing(false)} />
      ) : (
        <h1 className={css.title}>
          <button type="button" title="Rename" onClick={() => setEditing(true)}>
            {shown === '' ? '\u00a0' : shown}
          </button>
        </h1>
      )}
      {rename.isError && (
        <span className={ui.wrong} role="alert">
          Not renamed: {words(rename.error)}
        </span>
      )}
    </>
  );
}

function TitleField({
  title,
  onSave,
  onLeave,
}: {
  title: string;
  onSave: (title: string) => void;
  onLeave: () => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const left = useRef(false);
  useEffect(() => field.current?.select(), []);
  const end = (save: boolean) => {
    // Removing the field takes its focus, and would end it a second time.
    if (left.current) return;
    left.current = true;
    if (save) onSave(field.current?.value.trim() ?? '');
    else onLeave();
  };
  return (
    <input
      ref={field}
      className={`${ui.input} ${css.titleField}`}
      aria-label="Title of the session"
      defaultValue={title}
      maxLength={200}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') end(true);
        if (event.key === 'Escape') end(false);
      }}
    />
  );
}
