/**
 * Who is there, and how that changes: in this tab, and in the browser's others.
 *
 * Promises: nothing that one account was shown is left for the next, in memory or in drafts.
 */
import { api, ApiError, type Me, type Schemas } from '../api/client';
import { me } from '../api/queries';
import { queryClient } from '../query';
import { closeAll } from '../session/live/open';
import { forgetDrafts } from '../shell/drafts';

type Methods = Schemas['SignInMethods'];

/** By which the browser's tabs tell each other that somebody else is there now. */
const CHANNEL = 'leo.account';

/** What the account is called. */
export function nameOf(who: Me, methods: Methods | undefined): string {
  if (who.email != null) return who.email;
  return isDeveloper(who, methods) ? 'Developer of this machine' : 'Your account';
}

/**
 * Whether it is the developer of a private server, whom no sign-in has let in and no sign-out puts out.
 * Accounts with passwords have an address; those of GitHub may lack one, and where GitHub is offered
 * there is no developer.
 */
export function isDeveloper(who: Me, methods: Methods | undefined): boolean {
  return who.email == null && methods?.github === false;
}

/** Somebody has signed in here: what was known of anybody else is forgotten. Fails where nobody is known yet. */
export async function arrived(): Promise<void> {
  closeAll();
  queryClient.clear();
  const who = await queryClient.fetchQuery(me);
  if (who === null) {
    throw new Error(
      'The server has let you in, but your browser has not kept it. Allow cookies for this address, and use the one that the server is set up for.',
    );
  }
  tellTabs();
}

/** Signs out, and forgets. Fails, and changes nothing, where the server was not reached. */
export async function signOut(): Promise<void> {
  try {
    await api.POST('/api/auth/logout');
  } catch (error) {
    // One who is not known (any more) is signed out already.
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
  closeAll();
  forgetDrafts();
  queryClient.clear();
  tellTabs();
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
