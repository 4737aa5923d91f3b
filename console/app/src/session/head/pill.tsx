/**
 * Where the connection stands, in a few words.
 *
 * It counts seconds for the eye; to those who listen, only what kind of state it is is told, once.
 */
import { Link, useRouterState } from '@tanstack/react-router';
import type { StreamState } from '@leo/stream';
import { useEffect, useState } from 'react';
import { Button } from '../../ui/button';
import { Badge, type Tone } from '../../ui/badge';
import { useQuietSession, useStreamState } from '../live/open';
import css from './head.module.css';

/** For how long it says how much has been replayed, in milliseconds. */
const REPLAYED_FOR = 6_000;
/** What is told when it is so again. */
const ALL_WELL = 'Connected';
/** Short states are not told to those who listen, in milliseconds. */
const SETTLE = 1_500;

const TONES: Record<StreamState['kind'], Tone> = {
  connecting: 'info',
  replaying: 'info',
  connected: 'done',
  reconnecting: 'running',
  unauthenticated: 'failed',
  ended: 'failed',
  closed: 'plain',
};

const events = (count: number): string =>
  `${count.toLocaleString('en')} ${count === 1 ? 'event' : 'events'}`;

/** What is shown; `fresh`: the connection has just been made. */
export function pillText(state: StreamState, fresh: boolean): string {
  switch (state.kind) {
    case 'connecting':
      return state.attempt === 0 ? 'connecting' : `connecting (attempt ${state.attempt + 1})`;
    case 'replaying':
      return `replaying ${state.replayed.toLocaleString('en')} of ${events(state.total)}`;
    case 'connected':
      return fresh && state.replayed > 0 ? `replayed ${events(state.replayed)}` : 'connected';
    case 'reconnecting':
      return `reconnecting in ${Math.max(1, Math.ceil(state.inMs / 1000))} s`;
    case 'unauthenticated':
      return 'signed out';
    case 'ended':
      return 'not available';
    case 'closed':
      return 'closed';
  }
}

/** What is told to those who listen. */
export function pillSaid(state: StreamState): string {
  switch (state.kind) {
    case 'connecting':
    case 'reconnecting':
      return 'The connection is lost, trying again';
    case 'replaying':
    case 'connected':
      return ALL_WELL;
    case 'unauthenticated':
      return 'You are signed out';
    case 'ended':
    case 'closed':
      return 'The session is not followed any more';
  }
}

export function ConnectionPill() {
  const session = useQuietSession();
  const state = useStreamState(session);
  const fresh = useFresh(state);
  return (
    <div className={css.pill} data-testid="connection" data-state={state.kind}>
      <Badge tone={TONES[state.kind]}>
        <span className={css.pillText}>{pillText(state, fresh)}</span>
      </Badge>
      {state.kind === 'reconnecting' && (
        <Button small onClick={() => session.stream.retry()}>
          Retry now
        </Button>
      )}
      {state.kind === 'unauthenticated' && <SignIn />}
      <Said text={pillSaid(state)} />
    </div>
  );
}

function SignIn() {
  const returnTo = useRouterState({ select: ({ location }) => location.href });
  return (
    <Link to="/sign-in" search={{ returnTo }}>
      Sign in
    </Link>
  );
}

/** Whether the connection was made only just now. */
function useFresh({ kind }: StreamState): boolean {
  const [fresh, setFresh] = useState(true);
  useEffect(() => {
    setFresh(true);
    if (kind !== 'connected') return;
    const timer = setTimeout(() => setFresh(false), REPLAYED_FOR);
    return () => clearTimeout(timer);
  }, [kind]);
  return fresh;
}

/** Tells `text` when it has been so for a while; nothing at first, because all is well then. */
function Said({ text }: { text: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => {
      setSaid((before) => (before === '' && text === ALL_WELL ? '' : text));
    }, SETTLE);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span className="visually-hidden" role="status">
      {said}
    </span>
  );
}
