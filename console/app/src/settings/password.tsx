/** Another password. */
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError } from '../api/client';
import { signInWords, wrongNewPassword } from '../auth/form';
import { Button } from '../ui/button';
import { words } from '../ui/notice';
import { Section } from '../ui/page';
import { PasswordField } from '../ui/password';
import css from './settings.module.css';

function changeWords(error: unknown): string {
  const code = error instanceof ApiError ? error.code : '';
  // The server names the field that it does not accept.
  if (code === 'invalid_field' && words(error).includes('currentPassword')) {
    return 'The present password is not right.';
  }
  if (code === 'no_password') return 'This account signs in another way and has no password.';
  return signInWords(error);
}

/** `address`: of the account, which is no password. */
export function ChangePassword({ address }: { address: string }) {
  const [present, setPresent] = useState('');
  const [next, setNext] = useState('');
  const [looked, setLooked] = useState(false);
  const wrong = wrongNewPassword(next, address);
  const changing = useMutation({
    mutationFn: () =>
      api.POST('/api/auth/password', { body: { currentPassword: present, newPassword: next } }),
    onSuccess: () => {
      setPresent('');
      setNext('');
      setLooked(false);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLooked(true);
    if (wrong === undefined && present !== '') changing.mutate();
  };
  return (
    <Section
      title="Password"
      lead="A new password signs out all your other browsers. API keys stay good."
    >
      <form className={css.form} onSubmit={submit} noValidate>
        <input type="text" name="email" autoComplete="username" value={address} readOnly hidden />
        <PasswordField
          label="Present password"
          name="current"
          autoComplete="current-password"
          value={present}
          wrong={looked && present === '' ? 'Enter the password as it is.' : undefined}
          onChange={(event) => setPresent(event.target.value)}
        />
        <PasswordField
          label="New password"
          name="new"
          autoComplete="new-password"
          hint="8 to 256 characters."
          value={next}
          wrong={looked ? wrong : undefined}
          onChange={(event) => setNext(event.target.value)}
        />
        {changing.isError && (
          <p className={css.wrong} role="alert">
            {changeWords(changing.error)}
          </p>
        )}
        {changing.isSuccess && <p role="status">The password is changed.</p>}
        <div className={css.row}>
          <Button type="submit" busy={changing.isPending}>
            Change the password
          </Button>
        </div>
      </form>
    </Section>
  );
}
