/** What stands around every page of the settings: their names, and the one that is shown. */
import { Link, Outlet } from '@tanstack/react-router';
import { Page } from '../ui/page';
import css from './settings.module.css';

const PAGES = [
  ['/settings', 'Account'],
  ['/settings/provider', 'Provider'],
  ['/settings/keys', 'API keys'],
  ['/settings/github', 'GitHub'],
  ['/settings/webhooks', 'Webhooks'],
] as const;

export function SettingsFrame() {
  return (
    <Page title="Settings">
      <div className={css.frame}>
        <nav className={css.nav} aria-label="Settings">
          {PAGES.map(([to, name]) => (
            <Link
              key={to}
              to={to}
              className={css.link}
              activeProps={{ 'data-here': '' }}
              activeOptions={{ exact: true }}
            >
              {name}
            </Link>
          ))}
        </nav>
        <div className={css.page}>
          <Outlet />
        </div>
      </div>
    </Page>
  );
}
