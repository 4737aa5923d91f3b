/** The head of every page: where one is, and where else one can go. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { me } from '../api/queries';
import { ThemeButton } from '../theme/choice';
import { buttonClass } from '../ui/button';
import { PlusIcon } from '../ui/icons';
import css from './frame.module.css';
import { Logo } from './logo';
import { AccountMenu } from './menu';

/** The router says which of the links one is at. */
const link = { className: css.link, activeProps: { 'data-here': '' } };

export function Header({ onKeys }: { onKeys: () => void }) {
  const operator = useQuery(me).data?.operator === true;
  return (
    <header className={css.header}>
      <Link to="/" className={css.brand} aria-label="Leo, to your sessions">
        <Logo />
        <span>Leo</span>
      </Link>
      <nav className={css.nav} aria-label="Main">
        <Link to="/" {...link} activeOptions={{ exact: true, includeSearch: false }}>
          Sessions
        </Link>
        {operator && (
          <Link to="/fleet" {...link}>
            Fleet
          </Link>
        )}
        <Link to="/settings" {...link}>
          Settings
        </Link>
      </nav>
      <Link to="/" hash="new" className={`${buttonClass({ small: true })} ${css.wide}`}>
        <PlusIcon />
        New session
      </Link>
      <div className={css.wide}>
        <ThemeButton />
      </div>
      <AccountMenu onKeys={onKeys} />
    </header>
  );
}
