/** What a webhook was told, try by try. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../api/client';
import { deliveries } from '../api/settings';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { Problem, Waiting, words } from '../ui/notice';
import { Ago, duration } from '../ui/time';
import css from './settings.module.css';

/** How often the log is asked for while it is open, in milliseconds. */
const RENEW = 3_000;

type Webhook = Schemas['Webhook'];

export function Deliveries({ webhook }: { webhook: Webhook }) {
  const found = useInfiniteQuery({
    ...deliveries(webhook.id),
    // A log of many pages is read, not watched.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : RENEW),
  });
  const tries = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={css.tries} aria-label={`Log of ${webhook.url}`}>
      {found.isError && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.isSuccess && tries.length === 0 && (
        <p className={css.soft}>Nothing was delivered yet.</p>
      )}
      {tries.map((one) => (
        <Try key={one.id} of={one} webhook={webhook} />
      ))}
      {found.hasNextPage && (
        <Button small busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </section>
  );
}

function Try({ of: one, webhook }: { of: Schemas['Delivery']; webhook: Webhook }) {
  const cache = useQueryClient();
  const again = useMutation({
    mutationFn: () =>
      api.POST('/api/webhooks/{id}/deliveries/{delivery}/retry', {
        params: { path: { id: webhook.id, delivery: one.id } },
      }),
    onSuccess: () => cache.invalidateQueries(deliveries(webhook.id)),
  });
  const good = one.error == null;
  return (
    <div className={css.try}>
      <div className={css.row}>
        <Badge tone={good ? 'done' : 'failed'}>{good ? 'delivered' : 'failed'}</Badge>
        <code>{one.event}</code>
        <span className={css.soft}>
          {one.status != null && `answered ${one.status}, `}
          {duration(one.durationMs)}, try {one.attempt}, <Ago at={one.at} />
        </span>
        <Button
          small
          kind="quiet"
          busy={again.isPending}
          disabled={!webhook.enabled}
          onClick={() => again.mutate()}
        >
          Deliver again
        </Button>
      </div>
      {one.error != null && <p className={css.wrong}>{one.error}</p>}
      {one.nextTryAt != null && (
        <p className={css.soft}>Next try: {new Date(one.nextTryAt).toLocaleString()}</p>
      )}
      {one.answer != null && one.answer !== '' && (
        <details className={css.soft}>
          <summary>Answer</summary>
          <pre>{one.answer}</pre>
        </details>
      )}
      {again.isError && (
        <p className={css.wrong} role="alert">
          {words(again.error)}
        </p>
      )}
    </div>
  );
}
