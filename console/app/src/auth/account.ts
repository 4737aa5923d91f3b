/**
 * Who is there, and how that changes: in this tab, and in the browser's others.
 *
 * Promises: nothing that one account was shown is left for the next, in memory or in drafts.
 */
import { api, ApiError, type Me, type Schemas } from '../api/client';
import { me, methods } from '../api/queries';
import { queryClient } from '../query';
import { closeAll } from '../session/live/open';
import { bearer, dropToken } from './token';
import { forgetDrafts } from '../shell/drafts';

type Methods = Schemas['SignInMethods'];

/** By which the browser's tabs tell each other that somebody else is there now. */
const CHANNEL = 'leo.account';

/** What the account is called. */
export function nameOf(who: Me, ways: Methods | undefined): string {
  if (who.email != null) return who.email;
  return isDeveloper(who, ways) ? 'Developer of this machine' : 'Your account';
}

/**
 * Whether it is the developer of a private server, whom no sign-in has let in and no sign-out puts out.
 * Accounts with passwords have an address; those of GitHub may lack one, and where GitHub is offered
 * there is no developer.
 */
export function isDeveloper(who: Me, ways: Methods | undefined): boolean {
  return who.email == null && ways?.github === false && bearer() === undefined;
}

/** Answers that are there for whoever asks. */
const FOR_ANYBODY: ReadonlySet<unknown> = new Set([me.queryKey[0], methods.queryKey[0]]);

/** What it means that somebody was let in by a cookie and is not known all the same. */
const NO_COOKIE =
  'The server has let you in, but your browser has not kept it. Allow cookies for this address, and use the one that the server is set up for.';

/**
 * Somebody has signed in here: what was known of anybody else is forgotten.
 * Fails with `refusal` where the server knows nobody all the same.
 */
export async function arrived(refusal = NO_COOKIE): Promise<void> {
  closeAll();
  queryClient.clear();
  const who = await queryClient.fetchQuery(me);
  if (who === null) throw new Error(refusal);
  tellTabs();
}

/**
 * Signs out, and forgets; `leave` leads to a page that needs nobody.
 * Fails, and changes nothing, where the server was not reached.
 */
export async function signOut(leave: () => Promise<void>): Promise<void> {
  if (bearer() === undefined) await endCookie();
  dropToken();
  closeAll();
  forgetDrafts();
  queryClient.setQueryData(me.queryKey, null);
  // What is shown would ask for its data again while it is still shown, and be refused.
  await leave();
  queryClient.removeQueries({ predicate: ({ queryKey }) => !FOR_ANYBODY.has(queryKey[0]) });
  // On a private server one is its developer again.
  await queryClient.invalidateQueries(me);
  tellTabs();
}

async function endCookie(): Promise<void> {
  try {
    await api.POST('/api/auth/logout');
  } catch (error) {
    // One who is not known (any more) is signed out already.
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
}

function tellTabs(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('changed');
  channel.close();
}

/** Calls `listener` when another tab has signed in or out, until the returned function is called. */
export function onOtherTab(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', listener);
  return () => channel.close();
}
