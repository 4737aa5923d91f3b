/** Stops a job, and says until then that it is being stopped. */
import { useMutation } from '@tanstack/react-query';
import { Button } from '../../ui/button';
import { words } from '../../ui/notice';
import ui from '../../ui/ui.module.css';
import { useQuietSession } from '../live/open';
import { useWatched } from '../live/signal';
import type { SessionJob } from '../shown';

/** For a job that has not ended. When it has stopped, its card tells how long that took. */
export function CancelButton({ job: { id, live } }: { job: SessionJob }) {
  const session = useQuietSession();
  const job = useWatched(live);
  const cancel = useMutation({ mutationFn: () => session.cancel(id) });
  const cancelling = cancel.isPending || job?.cancelling === true;
  return (
    <>
      <Button small kind="danger" busy={cancelling} onClick={() => cancel.mutate()}>
        {cancelling ? 'cancelling…' : 'Cancel'}
      </Button>
      {cancel.isError && (
        <span className={ui.wrong} role="alert">
          Not cancelled: {words(cancel.error)}
        </span>
      )}
    </>
  );
}
