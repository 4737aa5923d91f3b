/** Who is there, and what concerns only him: a button that opens a small panel. */
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { me, methods } from '../api/queries';
import { isDeveloper, nameOf, signOut } from '../auth/account';
import { ThemeChoice } from '../theme/choice';
import { Button, buttonClass, type Look } from '../ui/button';
import { PersonIcon } from '../ui/icons';
import { words } from '../ui/notice';
import css from './frame.module.css';

/** Calls `close` when somebody presses Escape or goes elsewhere. */
function useLeaving(open: boolean, panel: RefObject<HTMLElement | null>, close: () => void): void {
  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      close();
      panel.current?.querySelector('button')?.focus();
    };
    const onElsewhere = (event: Event) => {
      if (event.target instanceof Node && panel.current?.contains(event.target) !== true) close();
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('pointerdown', onElsewhere);
    document.addEventListener('focusin', onElsewhere);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('pointerdown', onElsewhere);
      document.removeEventListener('focusin', onElsewhere);
    };
  }, [open, panel, close]);
}

export function AccountMenu({ onKeys }: { onKeys: () => void }) {
  const [open, setOpen] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef(() => setOpen(false)).current;
  useLeaving(open, panel, close);
  return (
    <div className={css.menu} ref={panel}>
      <Button kind="quiet" aria-expanded={open} aria-label="Account" onClick={() => setOpen(!open)}>
        <PersonIcon />
      </Button>
      {open && <Panel close={close} onKeys={onKeys} />}
    </div>
  );
}

function Panel({ close, onKeys }: { close: () => void; onKeys: () => void }) {
  const who = useQuery(me).data ?? undefined;
  const ways = useQuery(methods).data;
  const developer = who !== undefined && isDeveloper(who, ways);
  return (
    <div className={css.panel}>
      <p className={css.who}>
        {who !== undefined && nameOf(who, ways)}
        {who?.operator === true && <span>Operator</span>}
      </p>
      <ThemeChoice />
      <Link to="/settings" className={buttonClass({ kind: 'quiet' })} onClick={close}>
        Account settings
      </Link>
      <Button
        kind="quiet"
        onClick={() => {
          close();
          onKeys();
        }}
      >
        Keys <kbd>?</kbd>
      </Button>
      {developer ? (
        <Link to="/sign-in" className={buttonClass({ kind: 'quiet' })} onClick={close}>
          Sign in with an account
        </Link>
      ) : (
        <SignOut />
      )}
    </div>
  );
}

/** Signs out, and leads to where one signs in. */
export function SignOut({ kind = 'quiet' }: Pick<Look, 'kind'>) {
  const router = useRouter();
  const [state, setState] = useState<{ busy: boolean; wrong?: string }>({ busy: false });
  const leave = () => {
    setState({ busy: true });
    signOut(() => router.navigate({ to: '/sign-in' })).catch((error: unknown) =>
      setState({ busy: false, wrong: words(error) }),
    );
  };
  return (
    <>
      <Button kind={kind} busy={state.busy} onClick={leave}>
        Sign out
      </Button>
      {state.wrong !== undefined && <p role="alert">{state.wrong}</p>}
    </>
  );
}
