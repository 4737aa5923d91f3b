/** What an account sets for itself: asked for, and under which key the answer is kept. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, take } from './client';

/** The most rows that one answer has. */
const PAGE = 100;
/** Tries of a webhook's log that come at once. */
const TRIES = 20;

/** The account's own model provider. */
export const provider = queryOptions({
  queryKey: ['settings', 'provider'],
  queryFn: () => take(api.GET('/api/settings/provider')),
});

/** The account's API keys, without the keys. */
export const keys = infiniteQueryOptions({
  queryKey: ['settings', 'keys'],
  queryFn: ({ pageParam: cursor }) =>
    take(api.GET('/api/keys', { params: { query: { limit: PAGE, ...(cursor && { cursor }) } } })),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

/** The account's webhooks; there are fewer than one page holds. */
export const webhooks = queryOptions({
  queryKey: ['settings', 'webhooks'],
  queryFn: () => take(api.GET('/api/webhooks', { params: { query: { limit: PAGE } } })),
});

/** The log of a webhook, the latest tries first. */
export const deliveries = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['settings', 'webhooks', id, 'deliveries'],
    queryFn: ({ pageParam: cursor }) =>
      take(
        api.GET('/api/webhooks/{id}/deliveries', {
          params: { path: { id }, query: { limit: TRIES, ...(cursor && { cursor }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
