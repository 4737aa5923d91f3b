/** What operators change about an account. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { Check, Field } from '../ui/field';
import { Problem } from '../ui/notice';
import css from './fleet.module.css';
import { changeOf, LIMITS, typedOf, wrongLimit } from './limits';

export function AccountForm({
  account,
  onClose,
}: {
  account: Schemas['Account'];
  onClose: () => void;
}) {
  const cache = useQueryClient();
  const [typed, setTyped] = useState(() => typedOf(account.overrides));
  const [operator, setOperator] = useState(account.operator);
  const [closed, setClosed] = useState(account.closedAt != null);
  const change = changeOf(account.overrides, typed);
  const saving = useMutation({
    mutationFn: (limits: NonNullable<typeof change>) => {
      const body = {
        ...limits,
        ...(operator !== account.operator && { operator }),
        ...(closed !== (account.closedAt != null) && { closed }),
      };
      return api.PATCH('/api/users/{id}', { params: { path: { id: account.id } }, body });
    },
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ['accounts'] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (change !== undefined) saving.mutate(change);
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <h2>{account.email ?? account.subject}</h2>
      <div className={css.limits}>
        {LIMITS.map(({ name, label, least }) => (
          <Field
            key={name}
            label={label}
            inputMode="numeric"
            placeholder="As the settings say"
            value={typed[name]}
            wrong={wrongLimit(typed[name], least)}
            onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
          />
        ))}
      </div>
      <Check
        label="Operator"
        hint="Sees the fleet, sets limits, and may do what is done here."
        checked={operator}
        onChange={(event) => setOperator(event.target.checked)}
      />
      <Check
        label="Closed"
        hint="Barred from everything, at once; what it runs is cancelled."
        checked={closed}
        onChange={(event) => setClosed(event.target.checked)}
      />
      {saving.isError && <Problem error={saving.error} />}
      <div className={css.row}>
        <Button
          type="submit"
          kind="primary"
          busy={saving.isPending}
          disabled={change === undefined}
        >
          Save
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Keep it as it is
        </Button>
      </div>
    </form>
  );
}
