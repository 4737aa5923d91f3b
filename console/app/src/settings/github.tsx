/** The account at GitHub to which results are pushed. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, type Schemas } from '../api/client';
import { github } from '../api/queries';
import { bearer } from '../auth/token';
import { useDocument } from '../shell/document';
import { Button, LinkButton } from '../ui/button';
import { ConfirmButton } from '../ui/confirm';
import { Check, Field } from '../ui/field';
import { Problem, Waiting } from '../ui/notice';
import { Section } from '../ui/page';
import { PasswordField } from '../ui/password';
import css from './settings.module.css';

type Stored = Schemas['GitHubSettings'];

const CONNECT = `/api/settings/github/connect?${new URLSearchParams({ returnTo: '/settings/github' }).toString()}`;

export function GitHubPage() {
  useDocument('GitHub');
  const stored = useQuery({ ...github, refetchOnWindowFocus: false });
  return (
    <Section
      title="GitHub"
      lead="Apps are pushed to private repositories, one for each session, with a commit for each phase. Nothing there is ever overwritten."
    >
      {stored.isError && <Problem error={stored.error} retry={() => void stored.refetch()} />}
      {stored.isPending && <Waiting />}
      {stored.data !== undefined && (
        <>
          <Connected stored={stored.data} />
          <TokenForm stored={stored.data} key={stored.data.login ?? ''} />
        </>
      )}
    </Section>
  );
}

function Connected({ stored }: { stored: Stored }) {
  const cache = useQueryClient();
  const { login, owner } = stored;
  // A link carries no token.
  const connect = stored.connectable && bearer() === undefined && (
    <LinkButton href={CONNECT} kind={login == null ? 'primary' : undefined}>
      {login == null ? 'Connect with GitHub' : 'Connect another account'}
    </LinkButton>
  );
  if (login == null) {
    return (
      <>
        <p>
          No account is connected.{' '}
          {stored.installation
            ? 'Your apps are pushed with the account of this installation.'
            : 'Your apps are not pushed.'}
        </p>
        {connect && <div className={css.row}>{connect}</div>}
      </>
    );
  }
  return (
    <>
      <dl className={css.facts}>
        <dt>Connected as</dt>
        <dd>
          <a
            href={`https://github.com/${encodeURIComponent(login)}`}
            target="_blank"
            rel="noopener noreferrer"
          >
            {login}
          </a>
        </dd>
        <dt>Repositories of</dt>
        <dd>{owner ?? login}</dd>
        <dt>Pushed</dt>
        <dd>{stored.autoPush ? 'every app, when it is complete' : 'what you ask for'}</dd>
      </dl>
      <div className={css.row}>
        {connect}
        <ConfirmButton
          label="Disconnect"
          look={{ kind: 'danger' }}
          title="Disconnect this account?"
          verb="Disconnect it"
          act={async () => {
            await api.DELETE('/api/settings/github');
            await cache.invalidateQueries(github);
          }}
        >
          Leo forgets the token of {login}. What was pushed stays at GitHub.
        </ConfirmButton>
      </div>
    </>
  );
}

function TokenForm({ stored }: { stored: Stored }) {
  const cache = useQueryClient();
  const [token, setToken] = useState('');
  const [owner, setOwner] = useState(stored.owner ?? '');
  const [autoPush, setAutoPush] = useState(stored.autoPush);
  const [looked, setLooked] = useState(false);
  const connected = stored.login != null;
  const saving = useMutation({
    mutationFn: () => {
      const body = {
        autoPush,
        ...(owner.trim() !== '' && { owner: owner.trim() }),
        ...(token.trim() !== '' && { token: token.trim() }),
      };
      return api.PUT('/api/settings/github', { body });
    },
    onSuccess: async () => {
      setToken('');
      setLooked(false);
      await cache.invalidateQueries(github);
    },
  });
  const lacks = !connected && token.trim() === '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLooked(true);
    if (!lacks) saving.mutate();
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate aria-label="With a token">
      <PasswordField
        label="Token"
        value={token}
        autoComplete="off"
        placeholder={connected ? 'Stored' : 'ghp_… or github_pat_…'}
        hint={
          <>
            A classic one with the scope <code>repo</code>, or a fine-grained one with{' '}
            <em>Administration</em> and <em>Contents</em> (read and write). It is tried at GitHub,
            stored encrypted and never shown again.
            {connected && ' Leave it empty to keep the present one.'}
          </>
        }
        wrong={looked && lacks ? 'Paste a token that GitHub has given you.' : undefined}
        onChange={(event) => setToken(event.target.value)}
      />
      <Field
        label="Organisation"
        value={owner}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        hint="Where repositories are made; empty: in your own account."
        onChange={(event) => setOwner(event.target.value)}
      />
      <Check
        label="Push every app when it is complete"
        hint="Otherwise only what you ask for is pushed."
        checked={autoPush}
        onChange={(event) => setAutoPush(event.target.checked)}
      />
      {saving.isError && <Problem error={saving.error} />}
      <div className={css.row}>
        <Button type="submit" kind={connected ? undefined : 'primary'} busy={saving.isPending}>
          {connected ? 'Save' : 'Connect with the token'}
        </Button>
        <span role="status">{saving.isSuccess && 'Saved.'}</span>
      </div>
    </form>
  );
}
