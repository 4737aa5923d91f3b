/** What stands around every page of somebody who is signed in. */
import { Outlet, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTokenDownloads } from '../auth/downloads';
import { Dialog } from '../ui/dialog';
import { Problem } from '../ui/notice';
import css from './frame.module.css';
import { Arrive } from './arrive';
import { Header } from './header';
import { KeyList } from './keys';
import { Reach } from './reach';
import { useShortcuts } from './shortcuts';
import { useSignedOut } from './signedout';

export function Frame() {
  const router = useRouter();
  const [keys, showKeys] = useState(false);
  const [failed, tell] = useState<Error>();
  useSignedOut();
  useTokenDownloads(tell);
  useShortcuts('Everywhere', [
    { key: '?', label: 'This list', run: () => showKeys(true) },
    { key: 'c', label: 'New session', run: () => void router.navigate({ to: '/', hash: 'new' }) },
    { key: 's', label: 'Your sessions', run: () => void router.navigate({ to: '/' }) },
  ]);
  return (
    <>
      <a className={css.skip} href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Header onKeys={() => showKeys(true)} />
      <main className={css.main} id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <Arrive />
      <Reach />
      <Dialog open={failed !== undefined} onClose={() => tell(undefined)} label="Download">
        <Problem error={failed} />
      </Dialog>
      <KeyList open={keys} onClose={() => showKeys(false)} />
    </>
  );
}

/** The hash is left alone: it may name a line of the log. */
function skip(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main')?.focus();
}
