/**
 * Which sessions are followed: those on screen, and for a while those that were.
 */
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { StreamState } from '@leo/stream';
import type { LiveJob } from './job';
import { LiveSession } from './session';
import { useSignal } from './signal';

/** For how long a session is followed after one has left it, in milliseconds. */
const LINGER = 30_000;

interface Open {
  session: LiveSession;
  users: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const open = new Map<string, Open>();

function acquire(id: string): LiveSession {
  const there = open.get(id) ?? { session: new LiveSession(id), users: 0, timer: undefined };
  open.set(id, there);
  there.users += 1;
  clearTimeout(there.timer);
  return there.session;
}

function release(id: string): void {
  const there = open.get(id);
  if (there === undefined) return;
  there.users -= 1;
  if (there.users > 0) return;
  there.timer = setTimeout(() => {
    open.delete(id);
    there.session.close();
  }, LINGER);
}

/** Ends all of them: somebody else is there now. */
export function closeAll(): void {
  for (const { session, timer } of open.values()) {
    clearTimeout(timer);
    session.close();
  }
  open.clear();
}

/** Follows a session for as long as the component is shown. */
export function useFollowed(id: string): LiveSession | undefined {
  const [session, setSession] = useState<LiveSession>();
  useEffect(() => {
    setSession(acquire(id));
    return () => {
      setSession(undefined);
      release(id);
    };
  }, [id]);
  return session?.id === id ? session : undefined;
}

/** The session of the page that the component is on. */
export const SessionContext = createContext<LiveSession | undefined>(undefined);

/** The session of the page, drawn anew when its list of jobs, title or position changes. */
export function useSession(): LiveSession {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('not on the page of a session');
  return useSignal(session);
}

/**
 * The same, drawn anew only when the list of jobs, a status or the title changes: while lines pour in,
 * what uses it stands still.
 */
export function useQuietSession(): LiveSession {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('not on the page of a session');
  useSignal(session.outline);
  return session;
}

/** The job of that id, if the stream has told of it. */
export function useJob(id: string | undefined): LiveJob | undefined {
  const session = useSession();
  return id === undefined ? undefined : session.jobs.get(id);
}

/** Whether everything that has happened so far is here. */
export function useSettled(session: LiveSession): boolean {
  return useSyncExternalStore(
    (listener) => session.stream.subscribe(listener),
    () => session.stream.state.kind === 'connected',
  );
}

/** Where the stream stands. */
export function useStreamState(session: LiveSession): StreamState {
  return useSyncExternalStore(
    (listener) => session.stream.subscribe(listener),
    () => session.stream.state,
  );
}
