/** Who has done what to whom. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../api/client';
import { audit } from '../api/operators';
import { useDocument } from '../shell/document';
import { Button } from '../ui/button';
import { Empty, Problem, Waiting } from '../ui/notice';
import css from './fleet.module.css';

type Entry = Schemas['AuditEntry'];

export function AuditPage() {
  useDocument('Audit log');
  const { user } = useSearch({ from: '/inside/fleet/audit' });
  const found = useInfiniteQuery(audit(user));
  const all = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {user !== undefined && (
        <p className={css.row}>
          <span>
            Done by or to <code>{user}</code>.
          </span>
          <Link to="/fleet/audit">Show everything</Link>
        </p>
      )}
      {found.isError && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.isSuccess && all.length === 0 && <Empty title="Nothing was noted yet" />}
      <ul className={css.list}>
        {all.map((entry) => (
          <Row key={entry.id} entry={entry} />
        ))}
      </ul>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function Row({ entry }: { entry: Entry }) {
  const detail = JSON.stringify(entry.detail);
  return (
    <li className={css.item}>
      <div>
        <div className={css.row}>
          <strong>{entry.action}</strong>
          <time className={css.soft} dateTime={entry.at}>
            {new Date(entry.at).toLocaleString()}
          </time>
        </div>
        <p className={css.soft}>
          {entry.actor != null && <Who id={entry.actor} as="by" />}
          {entry.userId != null && entry.userId !== entry.actor && (
            <Who id={entry.userId} as="to" />
          )}
          {entry.address != null && `from ${entry.address}`}
        </p>
        {detail !== '{}' && detail !== 'null' && <code className={css.detail}>{detail}</code>}
      </div>
    </li>
  );
}

/** An account, leading to what else concerns it. */
function Who({ id, as }: { id: string; as: string }) {
  return (
    <>
      {as}{' '}
      <Link to="/fleet/audit" search={{ user: id }}>
        <code>{id}</code>
      </Link>{' '}
    </>
  );
}
