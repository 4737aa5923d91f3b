/** What only operators may ask for. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, take } from './client';

/** Rows of one page. */
const PAGE = 50;
/** The most of one's own running jobs that are looked for among those of the fleet. */
const OWN = 100;

/** The workers with what they run, and what waits. */
export const fleet = queryOptions({
  queryKey: ['fleet'],
  queryFn: ({ signal }) => take(api.GET('/api/fleet', { signal })),
});

/** Those of the running jobs that are one's own: the others lead nowhere. */
export const ownRunning = queryOptions({
  queryKey: ['fleet', 'own'],
  queryFn: async ({ signal }): Promise<ReadonlySet<string>> => {
    const query = { status: 'generating', limit: OWN } as const;
    const page = await take(api.GET('/api/jobs', { params: { query }, signal }));
    return new Set(page.items.map(({ id }) => id));
  },
});

/** Accounts whose address or name has `search` in it, or all. */
export const accounts = (search: string) =>
  infiniteQueryOptions({
    queryKey: ['accounts', search],
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { limit: PAGE, ...(search && { search }), ...(cursor && { cursor }) };
      return take(api.GET('/api/users', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** What was done, by or to `userId` or anybody, the latest first. */
export const audit = (userId: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['audit', userId],
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { limit: PAGE, ...(userId && { userId }), ...(cursor && { cursor }) };
      return take(api.GET('/api/audit', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
