/** The model that one's jobs use: the installation's, or one's own. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, type Schemas } from '../api/client';
import { provider } from '../api/settings';
import { useDocument } from '../shell/document';
import { Button } from '../ui/button';
import { Field, Select } from '../ui/field';
import { Problem, Waiting } from '../ui/notice';
import { Section } from '../ui/page';
import { PasswordField } from '../ui/password';
import {
  bodyOf,
  formOf,
  isChanged,
  keepsKey,
  PROVIDERS,
  wrongBaseUrl,
  type Form,
} from './provider-form';
import { useProviderTest } from './provider-test';
import css from './settings.module.css';
import { Steps } from './steps';

type Stored = Schemas['ProviderSettings'];

export function ProviderPage() {
  useDocument('Provider');
  const stored = useQuery({ ...provider, refetchOnWindowFocus: false });
  return (
    <Section
      title="Model provider"
      lead="Your jobs use it from their next start on. A model that a job asks for itself wins."
    >
      {stored.isError && <Problem error={stored.error} retry={() => void stored.refetch()} />}
      {stored.isPending && <Waiting />}
      {stored.data !== undefined && <ProviderForm stored={stored.data} />}
    </Section>
  );
}

/** Stores what the form says; without a provider, forgets what was stored. */
async function save(form: Form): Promise<void> {
  if (form.provider === '') await api.DELETE('/api/settings/provider');
  else await api.PUT('/api/settings/provider', { body: bodyOf(form) });
}

function ProviderForm({ stored }: { stored: Stored }) {
  const cache = useQueryClient();
  const [form, setForm] = useState(() => formOf(stored));
  const test = useProviderTest();
  const wrong = wrongBaseUrl(form.baseUrl);
  const own = form.provider !== '';
  const saving = useMutation({
    mutationFn: () => save(form),
    onSuccess: async () => {
      await cache.invalidateQueries(provider);
      // What was stored is what stands here; the key is not shown again.
      setForm(own ? { ...form, apiKey: '' } : formOf({ hasKey: false }));
    },
  });
  const change = (part: Partial<Form>) => {
    saving.reset();
    setForm({ ...form, ...part });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong === undefined) saving.mutate();
  };
  // The stored one would be tested in its place.
  const untestable = !own && stored.provider != null;
  return (
    <>
      <form className={css.form} onSubmit={submit} noValidate>
        <Select
          label="Provider"
          value={form.provider}
          onChange={(event) => change({ provider: event.target.value })}
        >
          <option value="">The installation's</option>
          {PROVIDERS.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        {own && form.provider !== 'demo' && (
          <Details form={form} stored={stored} wrong={wrong} change={change} />
        )}
        {saving.isError && <Problem error={saving.error} />}
        <div className={css.row}>
          <Button
            type="submit"
            kind="primary"
            busy={saving.isPending}
            disabled={!isChanged(form, stored)}
          >
            Save
          </Button>
          <Button
            busy={test.state?.running === true}
            disabled={wrong !== undefined || untestable}
            onClick={() => test.start(own ? bodyOf(form) : {})}
          >
            Test it
          </Button>
          {test.state?.running === true && <Button onClick={test.cancel}>End the test</Button>}
          <span role="status">{saving.isSuccess && 'Saved.'}</span>
        </div>
        <p className={css.soft}>
          The test asks the model for a few short answers, with what stands above, saved or not.
        </p>
      </form>
      {test.state !== undefined && <Steps state={test.state} />}
    </>
  );
}

function Details({
  form,
  stored,
  wrong,
  change,
}: {
  form: Form;
  stored: Stored;
  wrong: string | undefined;
  change: (part: Partial<Form>) => void;
}) {
  const known = PROVIDERS.find(({ id }) => id === form.provider);
  const kept = keepsKey(form, stored);
  return (
    <>
      <Field
        label="Base URL"
        value={form.baseUrl}
        inputMode="url"
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        placeholder={known?.usual}
        hint="Empty: its usual address."
        wrong={wrong}
        onChange={(event) => change({ baseUrl: event.target.value })}
      />
      <Field
        label="Model"
        value={form.model}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        hint="As the provider calls it."
        onChange={(event) => change({ model: event.target.value })}
      />
      <PasswordField
        label="API key"
        value={form.apiKey}
        autoComplete="off"
        placeholder={kept ? `Stored${stored.keyHint == null ? '' : `, …${stored.keyHint}`}` : ''}
        hint={keyHint(kept, stored, known?.key === true)}
        onChange={(event) => change({ apiKey: event.target.value })}
      />
    </>
  );
}

function keyHint(kept: boolean, stored: Stored, needed: boolean): string {
  if (kept) return 'A key is stored, encrypted. Leave this empty to keep it.';
  if (stored.hasKey) {
    return 'The stored key belongs to another provider or address and is not sent to this one.';
  }
  return needed ? 'It is stored encrypted and never shown again.' : 'Most such servers need none.';
}
