/**
 * Which address shows what.
 *
 * Whatever somebody may want to share or come back to stands in the address: the job, the line, the file,
 * the filters. A search parameter that makes no sense is dropped, never an error.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router';
import { me } from './api/queries';
import { queryClient } from './query';
import { ownDrafts } from './shell/drafts';
import { Failed } from './shell/failed';
import { Frame } from './shell/frame';
import { NotFound } from './shell/notfound';
import { Waiting } from './ui/notice';

type Search = Record<string, unknown>;

/** A text of the address, if it is one. The router reads some texts as numbers, and two as truths. */
function text(search: Search, name: string): string | undefined {
  const value = search[name];
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Those of `names` that are there. */
function texts<N extends string>(search: Search, names: readonly N[]): { [K in N]?: string } {
  const found: { [K in N]?: string } = {};
  for (const name of names) {
    const value = text(search, name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** Outside of the frame, which brings the landmark otherwise. */
function Nowhere() {
  return (
    <main>
      <NotFound />
    </main>
  );
}

const root = createRootRoute({ notFoundComponent: Nowhere });

/** Where one signs in or makes an account; `returnTo`: a path of this site. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Search) => texts(search, ['returnTo', 'mode']),
  component: lazyRouteComponent(() => import('./auth/page'), 'SignInPage'),
});

/** Everything else needs somebody. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Frame,
  beforeLoad: async ({ location }) => {
    const who = await queryClient.ensureQueryData(me);
    if (who === null) throw redirect({ to: '/sign-in', search: { returnTo: location.href } });
    // Before anything is drawn: GitHub may have sent somebody else back.
    ownDrafts(who.userId);
  },
});

const dashboard = createRoute({
  getParentRoute: () => inside,
  path: '/',
  validateSearch: (search: Search) => texts(search, ['q', 'status']),
  component: lazyRouteComponent(() => import('./dashboard/page'), 'DashboardPage'),
});

const session = createRoute({
  getParentRoute: () => inside,
  path: '/sessions/$sessionId',
  /** `job`: the one that is shown; the latest without it. */
  validateSearch: (search: Search) => texts(search, ['job']),
  component: lazyRouteComponent(() => import('./session/page'), 'SessionPage'),
});

const build = createRoute({
  getParentRoute: () => session,
  path: '/',
  component: lazyRouteComponent(() => import('./session/build'), 'BuildView'),
});

const log = createRoute({
  getParentRoute: () => session,
  path: 'log',
  /** `q`: what is searched for; `times`: off, absolute or relative; lines stand in the hash, `#L120-L140`. */
  validateSearch: (search: Search) =>
    texts(search, ['q', 'case', 'regex', 'times', 'wrap', 'stream']),
  component: lazyRouteComponent(() => import('./log/page'), 'LogView'),
});

const events = createRoute({
  getParentRoute: () => session,
  path: 'events',
  /** `types`: those that are shown, with commas between them; `q`: a text in them. */
  validateSearch: (search: Search) => texts(search, ['types', 'q', 'all']),
  component: lazyRouteComponent(() => import('./log/events'), 'EventsView'),
});

const files = createRoute({
  getParentRoute: () => session,
  path: 'files',
  /** `path`: the file that is shown; `line`: the line in it. */
  validateSearch: (search: Search) => texts(search, ['path', 'line']),
  component: lazyRouteComponent(() => import('./files/page'), 'FilesView'),
});

const versions = createRoute({
  getParentRoute: () => session,
  path: 'versions',
  /** `compare`: the job whose changes are shown, since that of `from` or else since what it began with. */
  validateSearch: (search: Search) => texts(search, ['compare', 'from', 'path']),
  component: lazyRouteComponent(() => import('./files/versions'), 'VersionsView'),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/frame'), 'SettingsFrame'),
});

const account = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyRouteComponent(() => import('./settings/account'), 'AccountPage'),
});

const provider = createRoute({
  getParentRoute: () => settings,
  path: 'provider',
  component: lazyRouteComponent(() => import('./settings/provider'), 'ProviderPage'),
});

const keys = createRoute({
  getParentRoute: () => settings,
  path: 'keys',
  component: lazyRouteComponent(() => import('./settings/keys'), 'KeysPage'),
});

const github = createRoute({
  getParentRoute: () => settings,
  path: 'github',
  component: lazyRouteComponent(() => import('./settings/github'), 'GitHubPage'),
});

const webhooks = createRoute({
  getParentRoute: () => settings,
  path: 'webhooks',
  component: lazyRouteComponent(() => import('./settings/webhooks'), 'WebhooksPage'),
});

/** For operators; what is below shows itself to nobody else. */
const fleet = createRoute({
  getParentRoute: () => inside,
  path: '/fleet',
  component: lazyRouteComponent(() => import('./fleet/frame'), 'FleetFrame'),
});

const workers = createRoute({
  getParentRoute: () => fleet,
  path: '/',
  component: lazyRouteComponent(() => import('./fleet/page'), 'FleetPage'),
});

const accounts = createRoute({
  getParentRoute: () => fleet,
  path: 'accounts',
  /** `q`: what their address or name has in it. */
  validateSearch: (search: Search) => texts(search, ['q']),
  component: lazyRouteComponent(() => import('./fleet/accounts'), 'AccountsPage'),
});

const audit = createRoute({
  getParentRoute: () => fleet,
  path: 'audit',
  /** `user`: the account that something was done by or to. */
  validateSearch: (search: Search) => texts(search, ['user']),
  component: lazyRouteComponent(() => import('./fleet/audit'), 'AuditPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    inside.addChildren([
      dashboard,
      session.addChildren([build, log, events, files, versions]),
      settings.addChildren([account, provider, keys, github, webhooks]),
      fleet.addChildren([workers, accounts, audit]),
    ]),
  ]),
  // Texts stand in the address as they are, not in quotes where they look like numbers.
  stringifySearch: stringifySearchWith(JSON.stringify),
  defaultPreload: 'intent',
  // The views of a session keep their places themselves.
  scrollRestoration: ({ location }) => !location.pathname.startsWith('/sessions/'),
  defaultPendingComponent: () => <Waiting />,
  defaultErrorComponent: Failed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
