/** Keys for programs: made, listed and revoked. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../api/client';
import { keys } from '../api/settings';
import { useDocument } from '../shell/document';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { ConfirmButton } from '../ui/confirm';
import { Empty, Problem, Waiting } from '../ui/notice';
import { Section } from '../ui/page';
import { Ago, useNow } from '../ui/time';
import { NewKey } from './newkey';
import css from './settings.module.css';

/** Between two looks at what has expired, in milliseconds. */
const LOOK = 30_000;

export function KeysPage() {
  useDocument('API keys');
  const found = useInfiniteQuery(keys);
  const all = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section
      title="API keys"
      lead={
        <>
          For programs and for <code>leo</code> on the command line, as <code>LEO_TOKEN</code>. A
          key does what its scope says, in your name.
        </>
      }
    >
      <NewKey />
      {found.isError && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.isSuccess && all.length === 0 && (
        <Empty title="No keys yet">
          <p>A key is shown once, when it is made.</p>
        </Empty>
      )}
      <ul className={css.list}>
        {all.map((key) => (
          <KeyRow key={key.id} of={key} />
        ))}
      </ul>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </Section>
  );
}

function KeyRow({ of: key }: { of: Schemas['ApiKey'] }) {
  const cache = useQueryClient();
  const now = useNow(LOOK);
  const expired = key.expiresAt != null && Date.parse(key.expiresAt) <= now;
  return (
    <li className={css.item}>
      <div>
        <div className={css.row}>
          <span className={css.named}>{key.name}</span>
          <Badge>{key.scope}</Badge>
          {expired && <Badge tone="failed">expired</Badge>}
        </div>
        <p className={css.soft}>
          <code>{key.hint}…</code> · made <Ago at={key.createdAt} /> ·{' '}
          {key.usedAt == null ? (
            'never used'
          ) : (
            <>
              used <Ago at={key.usedAt} />
            </>
          )}{' '}
          ·{' '}
          {key.expiresAt == null ? (
            'does not expire'
          ) : (
            <>
              {expired ? 'expired' : 'expires'} <Ago at={key.expiresAt} />
            </>
          )}
        </p>
      </div>
      <ConfirmButton
        label="Revoke"
        look={{ small: true, kind: 'danger' }}
        title="Revoke this key?"
        verb="Revoke it"
        act={async () => {
          await api.DELETE('/api/keys/{id}', { params: { path: { id: key.id } } });
          await cache.invalidateQueries(keys);
        }}
      >
        Programs that use “{key.name}” are refused from that moment on, and their open connections
        end.
      </ConfirmButton>
    </li>
  );
}
