/**
 * Where one says what is to be built.
 *
 * Promises: what is typed stays until the server has accepted it, through failures and reloads, and
 * becomes one job. The job itself is shown by others.
 */
import { Link, useParams, useRouterState } from '@tanstack/react-router';
import { useId, useLayoutEffect, useRef, type FormEvent, type KeyboardEvent } from 'react';
import { ApiError } from '../../api/client';
import { Button } from '../../ui/button';
import { words } from '../../ui/notice';
import { useShortcuts } from '../../shell/shortcuts';
import { hasEnded, useSessionJobs } from '../shown';
import { useDraft, keyFor, type Draft } from './draft';
import { OptionFields } from './options';
import { requestOf, useSubmit } from './submit';
import css from './composer.module.css';

/** Where fingers type, Enter makes a new line: there is no Shift within reach. */
const touches = window.matchMedia('(pointer: coarse)');

/** `compact`: one line high until somebody types, below views that need the room. */
export function Composer({ compact = false }: { compact?: boolean }) {
  const { sessionId } = useParams({ from: '/inside/sessions/$sessionId' });
  const [draft, change] = useDraft(sessionId);
  const submit = useSubmit();
  const waiting = useSessionJobs()?.some(({ status }) => !hasEnded(status)) ?? false;
  const field = useRef<HTMLTextAreaElement>(null);
  const sending = useRef(false);
  useGrowing(field, draft.prompt);
  useShortcuts('Session', [
    { key: 'i', label: 'Write a prompt', run: () => field.current?.focus() },
  ]);
  const send = () => {
    const request = requestOf(draft);
    if (request.prompt === '' || sending.current) return;
    sending.current = true;
    const text = JSON.stringify(request);
    const key = keyFor(draft, text);
    change((now) => ({ ...now, sent: { request: text, key } }));
    submit.mutate({ request, key }, { onSettled: () => (sending.current = false) });
  };
  return (
    <form
      className={css.composer}
      data-compact={(compact && draft.prompt === '') || undefined}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
    >
      <PromptField
        field={field}
        draft={draft}
        waiting={waiting}
        onText={(prompt) => change((now) => ({ ...now, prompt }))}
        onSend={send}
      />
      {submit.isError && <Refused error={submit.error} />}
      <div className={css.row}>
        <OptionFields
          options={draft.options}
          onChange={(options) => change((now) => ({ ...now, options }))}
        />
        <span className={css.hint}>
          {waiting ? 'Starts when the jobs before it have ended.' : sendingKeys()}
        </span>
        <Button
          type="submit"
          kind="primary"
          busy={submit.isPending}
          disabled={draft.prompt.trim() === ''}
        >
          {submit.isPending ? 'sending…' : 'Send'}
        </Button>
      </div>
    </form>
  );
}

function sendingKeys(): string {
  return touches.matches ? '' : 'Enter sends, Shift+Enter makes a new line.';
}

function PromptField({
  field,
  draft,
  waiting,
  onText,
  onSend,
}: {
  field: React.RefObject<HTMLTextAreaElement | null>;
  draft: Draft;
  waiting: boolean;
  onText: (text: string) => void;
  onSend: () => void;
}) {
  const id = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    if (touches.matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    onSend();
  };
  return (
    <>
      <label htmlFor={id} className="visually-hidden">
        Prompt
      </label>
      <textarea
        ref={field}
        id={id}
        className={css.field}
        rows={1}
        value={draft.prompt}
        placeholder={waiting ? 'What comes next?' : 'What shall be built or changed?'}
        onChange={({ target }) => onText(target.value)}
        onKeyDown={onKeyDown}
      />
    </>
  );
}

/** As high as its text, up to what the style allows. */
function useGrowing(field: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [field, text]);
}

function Refused({ error }: { error: unknown }) {
  const returnTo = useRouterState({ select: ({ location }) => location.href });
  const signedOut = error instanceof ApiError && error.status === 401;
  return (
    <div className={css.refused} role="alert">
      <span>{words(error)} Your text is kept; send it again when you like.</span>
      {signedOut && (
        <Link to="/sign-in" search={{ returnTo }}>
          Sign in
        </Link>
      )}
    </div>
  );
}
