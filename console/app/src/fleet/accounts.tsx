/** The accounts of this installation, with what each may and has. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../api/client';
import { accounts } from '../api/operators';
import { uses } from '../dashboard/near';
import { useDocument } from '../shell/document';
import { Badge } from '../ui/badge';
import { Button, buttonClass } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Empty, Problem, Waiting } from '../ui/notice';
import { SearchBox } from '../ui/search';
import { Ago } from '../ui/time';
import { AccountForm } from './account';
import css from './fleet.module.css';

type Account = Schemas['Account'];

export function AccountsPage() {
  useDocument('Accounts');
  const { q = '' } = useSearch({ from: '/inside/fleet/accounts' });
  const navigate = useNavigate({ from: '/fleet/accounts' });
  const [edited, edit] = useState<Account>();
  const found = useInfiniteQuery({ ...accounts(q), placeholderData: keepPreviousData });
  const all = found.data?.pages.flatMap((page) => page.items) ?? [];
  const close = () => edit(undefined);
  return (
    <>
      <SearchBox
        label="Search accounts by address or name"
        value={q}
        onChange={(next) =>
          void navigate({ search: next === '' ? {} : { q: next }, replace: true })
        }
      />
      {found.isError && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.isSuccess && all.length === 0 && <Empty title="No account is like that" />}
      <ul className={css.list}>
        {all.map((account) => (
          <Row key={account.id} account={account} edit={edit} />
        ))}
      </ul>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
      <Dialog open={edited !== undefined} onClose={close} label="Change the account">
        {edited !== undefined && <AccountForm account={edited} onClose={close} />}
      </Dialog>
    </>
  );
}

function Row({ account, edit }: { account: Account; edit: (account: Account) => void }) {
  const { usage, limits } = account;
  const used = uses({ usage, limits }).map(
    ({ label, used: count, limit, say }) =>
      `${label.toLowerCase()} ${say(count)}${limit === undefined ? '' : ` of ${say(limit)}`}`,
  );
  return (
    <li className={css.item}>
      <div>
        <div className={css.row}>
          <strong>{account.email ?? account.subject}</strong>
          {account.operator && <Badge tone="info">operator</Badge>}
          {account.closedAt != null && <Badge tone="failed">closed</Badge>}
        </div>
        <p className={css.soft}>
          {account.issuer} · since <Ago at={account.createdAt} /> · {usage.running} running,{' '}
          {usage.queued} waiting · {used.join(' · ')}
        </p>
      </div>
      <div className={css.row}>
        <Button small onClick={() => edit(account)}>
          Change
        </Button>
        <Link
          to="/fleet/audit"
          search={{ user: account.id }}
          className={buttonClass({ small: true, kind: 'quiet' })}
        >
          Audit log
        </Link>
      </div>
    </li>
  );
}
