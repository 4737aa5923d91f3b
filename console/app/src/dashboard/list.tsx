/** Sessions, each with its last prompt and how that went. */
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { memo, useState } from 'react';
import type { Session } from '../api/client';
import { remove } from '../api/sessions';
import { Badge, StatusBadge } from '../ui/badge';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Dialog } from '../ui/dialog';
import { PencilIcon, TrashIcon } from '../ui/icons';
import { Ago } from '../ui/time';
import css from './dashboard.module.css';
import { RenameForm } from './rename';

/** What is asked about one of them. */
type Asked = { what: 'rename' | 'delete'; session: Session };

export function SessionList({ sessions }: { sessions: readonly Session[] }) {
  const cache = useQueryClient();
  const [asked, ask] = useState<Asked>();
  const close = () => ask(undefined);
  const changed = () => cache.invalidateQueries({ queryKey: ['sessions'] });
  const renamed = asked?.what === 'rename' ? asked.session : undefined;
  const deleted = asked?.what === 'delete' ? asked.session : undefined;
  return (
    <>
      <ul className={css.list}>
        {sessions.map((session) => (
          <Row key={session.id} session={session} ask={ask} />
        ))}
      </ul>
      <Dialog open={renamed !== undefined} onClose={close} label="Rename the session">
        {renamed !== undefined && <RenameForm session={renamed} onClose={close} />}
      </Dialog>
      <Confirm
        open={deleted !== undefined}
        onClose={close}
        title="Delete this session?"
        verb="Delete it"
        act={async () => {
          if (deleted !== undefined) await remove(deleted.id);
          await changed();
        }}
      >
        “{deleted?.title}” goes with its files, versions and log. What still runs in it is
        cancelled. What was pushed to GitHub stays there.
      </Confirm>
    </>
  );
}

const Row = memo(function Row({ session, ask }: { session: Session; ask: (asked: Asked) => void }) {
  const last = session.lastJob ?? undefined;
  return (
    <li className={css.row}>
      <div className={css.about}>
        <Link to="/sessions/$sessionId" params={{ sessionId: session.id }} className={css.title}>
          {session.title}
        </Link>
        <p className={css.last}>{last === undefined ? 'No prompt yet' : last.prompt}</p>
      </div>
      <div className={css.state}>
        {last === undefined ? <Badge>empty</Badge> : <StatusBadge status={last.status} />}
        <Ago at={session.updatedAt} />
      </div>
      <div className={css.acts}>
        <Button
          kind="quiet"
          small
          aria-label={`Rename ${session.title}`}
          title="Rename"
          onClick={() => ask({ what: 'rename', session })}
        >
          <PencilIcon />
        </Button>
        <Button
          kind="quiet"
          small
          aria-label={`Delete ${session.title}`}
          title="Delete"
          onClick={() => ask({ what: 'delete', session })}
        >
          <TrashIcon />
        </Button>
      </div>
    </li>
  );
});
