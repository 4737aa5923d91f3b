/** Where a session begins: a prompt, and how it is to be carried out. */
import { idempotencyKey } from '@leo/stream';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useRef, useState, type FormEvent, type KeyboardEvent, type RefObject } from 'react';
import { begin } from '../api/sessions';
import { useDraft } from '../shell/drafts';
import { Button } from '../ui/button';
import { Problem } from '../ui/notice';
import css from './dashboard.module.css';
import { Options } from './options';
import { EMPTY, Keys, requestOf, type Form } from './request';

/** What somebody may begin with who does not know what to write. */
const EXAMPLES = [
  'A todo list that remembers its entries',
  'A pomodoro timer with a quiet sound at the end',
  'A page that shows the weather of three cities side by side',
] as const;

/** `box` is given the text field, so that a key can lead to it. `examples`: whether they are shown. */
export function NewSession({
  box,
  examples,
}: {
  box: RefObject<HTMLTextAreaElement | null>;
  examples: boolean;
}) {
  const router = useRouter();
  const cache = useQueryClient();
  const [prompt, setPrompt] = useDraft('new');
  const [rest, setRest] = useState<Omit<Form, 'prompt'>>(EMPTY);
  const keys = useRef(new Keys(idempotencyKey)).current;
  const request = requestOf({ ...rest, prompt });
  const underWay = useRef(false);
  const beginning = useMutation({
    mutationFn: (body: NonNullable<typeof request>) => begin(body, keys.of(body)),
    onSettled: () => {
      underWay.current = false;
    },
    onSuccess: async (job) => {
      keys.done();
      setPrompt('');
      void cache.invalidateQueries({ queryKey: ['sessions'] });
      await router.navigate({ to: '/sessions/$sessionId', params: { sessionId: job.sessionId } });
    },
  });
  const submit = () => {
    // The second click of two comes before the button is drawn as busy.
    if (request === undefined || underWay.current) return;
    underWay.current = true;
    beginning.mutate(request);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  return (
    <form className={css.new} onSubmit={onSubmit} aria-label="New session">
      <label className={css.question} htmlFor="prompt">
        What shall be built?
      </label>
      <textarea
        id="prompt"
        ref={box}
        className={css.prompt}
        rows={3}
        value={prompt}
        placeholder="An app in a sentence or a page: what it does, for whom, how it looks"
        aria-describedby="prompt-keys"
        onChange={(event) => setPrompt(event.target.value)}
        onKeyDown={(event) => onEnter(event, submit)}
      />
      {examples && <Examples onChoose={(text) => choose(text, setPrompt, box)} />}
      <Options value={rest} onChange={setRest} />
      {beginning.isError && <Problem error={beginning.error} />}
      <div className={css.submit}>
        <Button
          type="submit"
          kind="primary"
          busy={beginning.isPending}
          disabled={request === undefined}
        >
          Build it
        </Button>
        <span id="prompt-keys">
          <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> begins a new line
        </span>
      </div>
    </form>
  );
}

/** Enter sends; not while an input method still composes a word with it. */
function onEnter(event: KeyboardEvent, submit: () => void): void {
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  submit();
}

function choose(
  text: string,
  setPrompt: (text: string) => void,
  box: RefObject<HTMLTextAreaElement | null>,
): void {
  setPrompt(text);
  box.current?.focus();
}

function Examples({ onChoose }: { onChoose: (text: string) => void }) {
  return (
    <div className={css.examples}>
      <span>For example:</span>
      {EXAMPLES.map((text) => (
        <Button key={text} small onClick={() => onChoose(text)}>
          {text}
        </Button>
      ))}
    </div>
  );
}
