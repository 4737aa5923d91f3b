/** Lets somebody look at something else meanwhile. */
import { Button } from '../../ui/button';
import { useNotices } from '../notify';
import css from './build.module.css';

export function NotifyButton() {
  const { state, toggle } = useNotices();
  if (state === 'impossible') return null;
  if (state === 'denied') {
    return (
      <span className={css.soft}>
        This browser does not let Leo notify you. Allow it for this site in its settings.
      </span>
    );
  }
  return (
    <Button small kind="quiet" aria-pressed={state === 'on'} onClick={toggle}>
      {state === 'on' ? 'You will be notified. Turn it off' : 'Notify me when it is done'}
    </Button>
  );
}
