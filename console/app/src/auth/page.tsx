/** Where one signs in or makes an account, by the ways that this server offers. */
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client';
import { me, methods } from '../api/queries';
import { useDocument } from '../shell/document';
import { Logo } from '../shell/logo';
import { Reach } from '../shell/reach';
import { safeReturnTo } from '../shell/returnto';
import { ThemeButton } from '../theme/choice';
import { buttonClass, LinkButton } from '../ui/button';
import { Problem, Waiting } from '../ui/notice';
import { nameOf } from './account';
import { CredentialsForm } from './credentials';
import css from './auth.module.css';

type Methods = Schemas['SignInMethods'];

export function SignInPage() {
  const { mode, returnTo } = useSearch({ from: '/sign-in' });
  const ways = useQuery(methods);
  const offered = ways.data;
  const makes =
    offered !== undefined &&
    offered.password &&
    (offered.firstAccount || (mode === 'register' && offered.registration));
  const title = makes ? 'Make an account' : 'Sign in';
  useDocument(title);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <Logo />
        <span>Leo</span>
        <ThemeButton />
      </header>
      <main className={css.card}>
        <h1 tabIndex={-1}>{title}</h1>
        {ways.isError && <Problem error={ways.error} retry={() => void ways.refetch()} />}
        {ways.isPending && <Waiting />}
        {offered !== undefined && (
          <Ways offered={offered} makes={makes} returnTo={safeReturnTo(returnTo)} />
        )}
      </main>
      <Reach />
    </div>
  );
}

function Ways({
  offered,
  makes,
  returnTo,
}: {
  offered: Methods;
  makes: boolean;
  returnTo: string;
}) {
  if (!offered.password && !offered.github) return <TokensOnly />;
  return (
    <>
      <Present offered={offered} returnTo={returnTo} />
      {offered.firstAccount && (
        <p>Nobody has an account here yet. The first one is the operator's: make it yours.</p>
      )}
      {offered.password && (
        <CredentialsForm makes={makes} returnTo={returnTo} key={String(makes)} />
      )}
      {offered.github && (
        <LinkButton href={`/api/auth/github?${new URLSearchParams({ returnTo }).toString()}`}>
          Continue with GitHub
        </LinkButton>
      )}
      {offered.password && !offered.firstAccount && (
        <Other offered={offered} makes={makes} returnTo={returnTo} />
      )}
    </>
  );
}

/** The way to the other form. */
function Other({
  offered,
  makes,
  returnTo,
}: {
  offered: Methods;
  makes: boolean;
  returnTo: string;
}) {
  const search = { returnTo, ...(makes ? {} : { mode: 'register' }) };
  if (!makes && !offered.registration) {
    return <p className={css.soft}>New accounts cannot be made here.</p>;
  }
  return (
    <p className={css.soft}>
      {makes ? 'You have an account? ' : 'No account yet? '}
      <Link to="/sign-in" search={search} replace>
        {makes ? 'Sign in' : 'Make one'}
      </Link>
    </p>
  );
}

/** Whoever is somebody already may go on as such. */
function Present({ offered, returnTo }: { offered: Methods; returnTo: string }) {
  const router = useRouter();
  const who = useQuery(me).data;
  if (who == null) return null;
  return (
    <Note>
      <span>You are here as: {nameOf(who, offered)}</span>
      <button
        type="button"
        className={buttonClass({ small: true })}
        onClick={() => router.history.push(returnTo)}
      >
        Go on
      </button>
    </Note>
  );
}

function TokensOnly() {
  return (
    <Note>
      <p>
        This server accepts only access tokens, of your organisation's identity provider or of Leo
        itself, and browsers have none to show. Use <code>leo</code> from a terminal with{' '}
        <code>LEO_TOKEN</code>, or ask whoever runs this server to let people sign in with a
        password or with GitHub.
      </p>
    </Note>
  );
}

function Note({ children }: { children: ReactNode }) {
  return <div className={css.note}>{children}</div>;
}
