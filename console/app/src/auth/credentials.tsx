/** Address and password: to sign in with, or to make an account of. */
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { api } from '../api/client';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { PasswordField } from '../ui/password';
import { arrived } from './account';
import css from './auth.module.css';
import { dropToken } from './token';
import { signInWords, wrongAddress, wrongNewPassword } from './form';

async function enter(makes: boolean, email: string, password: string): Promise<void> {
  // A token would win over the cookie.
  dropToken();
  const body = { email: email.trim(), password };
  await (makes ? api.POST('/api/auth/register', { body }) : api.POST('/api/auth/login', { body }));
  await arrived();
}

/** `makes`: an account is made; `returnTo`: a path of this site, where one goes then. */
export function CredentialsForm({ makes, returnTo }: { makes: boolean; returnTo: string }) {
  const router = useRouter();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [looked, setLooked] = useState(false);
  const entering = useMutation({
    mutationFn: () => enter(makes, email, password),
    onSuccess: () => router.history.push(returnTo),
  });
  const wrong = {
    email: wrongAddress(email),
    password: makes
      ? wrongNewPassword(password, email)
      : password === ''
        ? 'Enter your password.'
        : undefined,
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setLooked(true);
    if (wrong.email !== undefined) focus(event.currentTarget, 'email');
    else if (wrong.password !== undefined) focus(event.currentTarget, 'password');
    else entering.mutate();
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate method="post">
      <Field
        label="Email address"
        name="email"
        type="email"
        inputMode="email"
        autoComplete="username"
        autoFocus
        value={email}
        wrong={looked ? wrong.email : undefined}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete={makes ? 'new-password' : 'current-password'}
        hint={makes ? '8 to 256 characters. A sentence is easy to remember.' : undefined}
        value={password}
        wrong={looked ? wrong.password : undefined}
        onChange={(event) => setPassword(event.target.value)}
      />
      {entering.isError && (
        <p className={css.wrong} role="alert">
          {signInWords(entering.error)}
        </p>
      )}
      <Button type="submit" kind="primary" busy={entering.isPending}>
        {makes ? 'Make the account' : 'Sign in'}
      </Button>
    </form>
  );
}

function focus(form: HTMLFormElement, name: string): void {
  form.querySelector<HTMLInputElement>(`[name="${name}"]`)?.focus();
}
