/** Makes a key, and shows it this once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, take, type Schemas } from '../api/client';
import { keys } from '../api/settings';
import { Button } from '../ui/button';
import { Secret } from '../ui/copy';
import { Check, Field, Select } from '../ui/field';
import { Problem } from '../ui/notice';
import { CHOICES, expiryOf } from './expiry';
import css from './settings.module.css';

type Scope = Schemas['Scope'];

const SCOPES: readonly [Scope, string, string][] = [
  ['read', 'Read', 'Looks at sessions, jobs, files and logs.'],
  ['run', 'Run', 'Starts, cancels and changes them too.'],
  ['admin', 'Admin', 'May do everything that you may, such as making further keys.'],
];

/** The most characters of a name; the server says so too. */
const LONGEST_NAME = 100;

export function NewKey() {
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('run');
  const [days, setDays] = useState('90');
  const [looked, setLooked] = useState(false);
  const making = useMutation({
    mutationFn: () => {
      const expiresAt = expiryOf(days, Date.now());
      const body = { name: name.trim(), scope, ...(expiresAt !== undefined && { expiresAt }) };
      return take(api.POST('/api/keys', { body }));
    },
    onSuccess: async () => {
      setName('');
      setLooked(false);
      await cache.invalidateQueries(keys);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLooked(true);
    if (name.trim() !== '') making.mutate();
  };
  if (making.data !== undefined) return <Made made={making.data} onDone={() => making.reset()} />;
  return (
    <form className={css.form} onSubmit={submit} noValidate aria-label="New key">
      <Field
        label="Name"
        value={name}
        maxLength={LONGEST_NAME}
        placeholder="What it is for, such as nightly builds"
        autoComplete="off"
        wrong={looked && name.trim() === '' ? 'Give it a name, to know it by later.' : undefined}
        onChange={(event) => setName(event.target.value)}
      />
      <fieldset className={css.group}>
        <legend>Scope</legend>
        {SCOPES.map(([value, label, hint]) => (
          <Check
            key={value}
            type="radio"
            name="scope"
            label={label}
            hint={hint}
            checked={scope === value}
            onChange={() => setScope(value)}
          />
        ))}
      </fieldset>
      <Select label="Expires after" value={days} onChange={(event) => setDays(event.target.value)}>
        {CHOICES.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      {making.isError && <Problem error={making.error} />}
      <div className={css.row}>
        <Button type="submit" kind="primary" busy={making.isPending}>
          Make a key
        </Button>
      </div>
    </form>
  );
}

function Made({ made, onDone }: { made: Schemas['CreatedKey']; onDone: () => void }) {
  return (
    <div className={css.stack} role="status">
      <p>
        <strong>The key “{made.name}”.</strong> Copy it where it is needed: it is not shown again.
      </p>
      <Secret text={made.key} label="The key" />
      <div className={css.row}>
        <Button onClick={onDone}>I have it</Button>
      </div>
    </div>
  );
}
