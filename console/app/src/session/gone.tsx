/** A session whose stream has ended for good: why, in words, and what there is to do. */
import { Link } from '@tanstack/react-router';
import type { EndReason, StreamState } from '@leo/stream';
import { Empty } from '../ui/notice';
import ui from '../ui/ui.module.css';
import css from './session.module.css';

/** Why the stream has ended, if it has. */
export function endOf(state: StreamState): EndReason | undefined {
  return state.kind === 'ended' ? state.reason : undefined;
}

/** What is said of an end. */
const WORDS: Record<Exclude<EndReason, 'not_found'>, { title: string; help: string }> = {
  forbidden: {
    title: 'Your account may not see this any more',
    help: 'It was closed, or what you are signed in with is not good for this. Ask whoever runs this server.',
  },
  events_missing: {
    title: 'What has happened here is not stored any more',
    help: 'The events of this session were removed, so they cannot be shown. Files and versions are still there as long as they are kept.',
  },
  events_unreadable: {
    title: 'What has happened here cannot be read',
    help: 'Stored events of this session are damaged or gone. Files and versions are not concerned. Whoever runs this server finds more in its log.',
  },
};

/** A note above what is still there. */
export function Gone({ reason }: { reason: EndReason }) {
  if (reason === 'not_found') return null;
  const { title, help } = WORDS[reason];
  return (
    <div className={`${ui.card} ${ui.notice} ${css.note}`} data-tone="failed" role="alert">
      <strong>{title}</strong>
      <span className={ui.soft}>{help}</span>
    </div>
  );
}

/** The address of a session that is not there, or somebody else's. */
export function SessionNotFound() {
  return (
    <Empty title="There is no such session">
      <p>
        It was deleted, the address is not quite right, or it belongs to another account than the
        one you are signed in with.
      </p>
      <Link to="/">Go to your sessions</Link>
    </Empty>
  );
}
