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
import { TokenForm } from './tokenform';

type Methods = Schemas['SignInMethods'];

/** What is filled in. */
type Way = 'register' | 'password' | 'token' | 'none';

/** The form that fits what the server offers and what was asked for. */
function wayOf(offered: Methods, mode: string | undefined): Way {
  if (mode === 'token') return 'token';
  if (!offered.password) return offered.github ? 'none' : 'token';
  return offered.firstAccount || (mode === 'register' && offered.registration)
    ? 'register'
    : 'password';
}

export function SignInPage() {
  const { mode, returnTo } = useSearch({ from: '/sign-in' });
  const ways = useQuery(methods);
  const way = ways.data && wayOf(ways.data, mode);
  const title = way === 'register' ? 'Make an account' : 'Sign in';
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
        {ways.data !== undefined && way !== undefined && (
          <Ways offered={ways.data} way={way} returnTo={safeReturnTo(returnTo)} />
        )}
      </main>
      <Reach />
    </div>
  );
}

interface WayProps {
  offered: Methods;
  way: Way;
  returnTo: string;
}

function Ways({ offered, way, returnTo }: WayProps) {
  return (
    <>
      <Present offered={offered} returnTo={returnTo} />
      {way === 'register' && offered.firstAccount && (
        <p>Nobody has an account here yet. The first one is the operator's: make it yours.</p>
      )}
      {(way === 'password' || way === 'register') && (
        <CredentialsForm makes={way === 'register'} returnTo={returnTo} key={way} />
      )}
      {way === 'token' && (
        <>
          {!offered.password && (
            <p>This server lets people in with tokens, of its identity provider or of its own.</p>
          )}
          <TokenForm returnTo={returnTo} />
        </>
      )}
      {offered.github && (
        <LinkButton href={`/api/auth/github?${new URLSearchParams({ returnTo }).toString()}`}>
          Continue with GitHub
        </LinkButton>
      )}
      <Others offered={offered} way={way} returnTo={returnTo} />
    </>
  );
}

/** The ways to the other forms. */
function Others({ offered, way, returnTo }: WayProps) {
  const others: [string, string | undefined][] = [];
  if (offered.password && !offered.firstAccount) {
    if (way !== 'password') others.push(['Sign in with a password', undefined]);
    if (way !== 'register' && offered.registration) others.push(['Make an account', 'register']);
  }
  if (offered.password && offered.firstAccount && way !== 'register') {
    others.push(['Make the first account', undefined]);
  }
  if (way !== 'token') others.push(['Sign in with an access token', 'token']);
  return (
    <>
      {!offered.registration && way === 'password' && (
        <p className={css.soft}>New accounts cannot be made here.</p>
      )}
      {others.length > 0 && (
        <ul className={css.others}>
          {others.map(([label, mode]) => (
            <li key={label}>
              <Link to="/sign-in" search={{ returnTo, ...(mode && { mode }) }} replace>
                {label}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
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

function Note({ children }: { children: ReactNode }) {
  return <div className={css.note}>{children}</div>;
}
