/** The views of a session, as links that keep the shown job. */
import { Link, useParams, useSearch } from '@tanstack/react-router';
import css from './session.module.css';

const TABS = [
  { to: '/sessions/$sessionId', label: 'Build' },
  { to: '/sessions/$sessionId/log', label: 'Log' },
  { to: '/sessions/$sessionId/events', label: 'Events' },
  { to: '/sessions/$sessionId/files', label: 'Files' },
  { to: '/sessions/$sessionId/versions', label: 'Versions' },
] as const;

export function Tabs() {
  const { sessionId } = useParams({ from: '/inside/sessions/$sessionId' });
  const { job } = useSearch({ from: '/inside/sessions/$sessionId' });
  return (
    <nav className={css.tabs} aria-label="Views of the session">
      {TABS.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          params={{ sessionId }}
          search={job === undefined ? {} : { job }}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
          className={css.tab}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
