/** What operators look after: the workers, the accounts, and what was done. */
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { me } from '../api/queries';
import { NotFound } from '../shell/notfound';
import { Page } from '../ui/page';
import css from './fleet.module.css';

const PAGES = [
  ['/fleet', 'Workers'],
  ['/fleet/accounts', 'Accounts'],
  ['/fleet/audit', 'Audit log'],
] as const;

export function FleetFrame() {
  // The server answers others as if there were nothing; so does this.
  if (useQuery(me).data?.operator !== true) return <NotFound />;
  return (
    <Page title="Fleet">
      <nav className={css.nav} aria-label="Fleet">
        {PAGES.map(([to, name]) => (
          <Link
            key={to}
            to={to}
            className={css.link}
            activeProps={{ 'data-here': '' }}
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {name}
          </Link>
        ))}
      </nav>
      <Outlet />
    </Page>
  );
}
