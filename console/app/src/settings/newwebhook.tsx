/** Makes a webhook, and shows its secret this once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, take } from '../api/client';
import { webhooks } from '../api/settings';
import { Button } from '../ui/button';
import { Secret } from '../ui/copy';
import { Check, Field } from '../ui/field';
import { Problem } from '../ui/notice';
import { EVENTS, wrongHookUrl, type WebhookEvent } from './events';
import css from './settings.module.css';

export function NewWebhook() {
  const cache = useQueryClient();
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [events, setEvents] = useState<readonly WebhookEvent[]>(['job.completed', 'job.failed']);
  const [looked, setLooked] = useState(false);
  const wrong = wrongHookUrl(url);
  const making = useMutation({
    mutationFn: () => {
      const told = description.trim();
      const body = {
        url: url.trim(),
        events: [...events],
        ...(told !== '' && { description: told }),
      };
      return take(api.POST('/api/webhooks', { body }));
    },
    onSuccess: async () => {
      setUrl('');
      setDescription('');
      setLooked(false);
      await cache.invalidateQueries(webhooks);
    },
  });
  if (making.data !== undefined) {
    return <SecretOnce secret={making.data.secret} onDone={() => making.reset()} />;
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLooked(true);
    if (wrong === undefined && events.length > 0) making.mutate();
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate aria-label="New webhook">
      <Field
        label="Address"
        value={url}
        inputMode="url"
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        placeholder="https://hooks.example/leo"
        wrong={looked ? wrong : undefined}
        onChange={(event) => setUrl(event.target.value)}
      />
      <Field
        label="Description"
        value={description}
        autoComplete="off"
        placeholder="What it is for"
        onChange={(event) => setDescription(event.target.value)}
      />
      <EventChoice events={events} onChange={setEvents} />
      {looked && events.length === 0 && <p className={css.wrong}>Choose at least one.</p>}
      {making.isError && <Problem error={making.error} />}
      <div className={css.row}>
        <Button type="submit" kind="primary" busy={making.isPending}>
          Add the webhook
        </Button>
      </div>
    </form>
  );
}

/** What it is told of. */
export function EventChoice({
  events,
  onChange,
}: {
  events: readonly WebhookEvent[];
  onChange: (events: readonly WebhookEvent[]) => void;
}) {
  return (
    <fieldset className={css.group}>
      <legend>It is told when</legend>
      {EVENTS.map(([event, label]) => (
        <Check
          key={event}
          label={
            <>
              {label} <code>{event}</code>
            </>
          }
          checked={events.includes(event)}
          onChange={({ target }) =>
            onChange(
              target.checked ? [...events, event] : events.filter((other) => other !== event),
            )
          }
        />
      ))}
    </fieldset>
  );
}

/** A secret that is not shown again. */
export function SecretOnce({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <div className={css.stack} role="status">
      <p>
        <strong>The secret.</strong> The receiver checks signatures with it. Copy it: it is not
        shown again.
      </p>
      <Secret text={secret} label="The secret" />
      <div className={css.row}>
        <Button onClick={onDone}>I have it</Button>
      </div>
    </div>
  );
}
