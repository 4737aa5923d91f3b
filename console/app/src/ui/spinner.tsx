/** Something is under way; the words beside it say what. */
import css from './ui.module.css';

export function Spinner() {
  return <span className={css.spinner} aria-hidden="true" />;
}
