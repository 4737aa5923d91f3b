/** Signing in with an access token or an API key, in the place of a password. */
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { Button } from '../ui/button';
import { PasswordField } from '../ui/password';
import { arrived } from './account';
import css from './auth.module.css';
import { signInWords } from './form';
import { dropToken, keepToken, tokenOf } from './token';

async function enter(token: string): Promise<void> {
  keepToken(token);
  try {
    await arrived(
      'The server does not accept this token. It may have expired, or belong elsewhere.',
    );
  } catch (error) {
    dropToken();
    throw error;
  }
}

/** `returnTo`: a path of this site, where one goes then. */
export function TokenForm({ returnTo }: { returnTo: string }) {
  const router = useRouter();
  const [text, setText] = useState('');
  const [looked, setLooked] = useState(false);
  const token = tokenOf(text);
  const entering = useMutation({
    mutationFn: enter,
    onSuccess: () => router.history.push(returnTo),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLooked(true);
    if (token !== undefined) entering.mutate(token);
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate method="post">
      <PasswordField
        label="Access token or API key"
        value={text}
        autoComplete="off"
        autoFocus
        hint="Kept in this tab until you sign out or close it."
        wrong={looked && token === undefined ? 'Paste a token: it has no spaces.' : undefined}
        onChange={(event) => setText(event.target.value)}
      />
      {entering.isError && (
        <p className={css.wrong} role="alert">
          {signInWords(entering.error)}
        </p>
      )}
      <Button type="submit" kind="primary" busy={entering.isPending}>
        Sign in
      </Button>
    </form>
  );
}
