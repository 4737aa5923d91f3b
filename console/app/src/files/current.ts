/** Which version is the session's current one, and which versions there are. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, take, type Session } from '../api/client';
import { session as sessionQuery } from '../api/queries';
import { useQuietSession, useSession, useSettled } from '../session/live/open';

/**
 * The session as the server knows it. It is asked again when a job ends, by whoever shows the session,
 * and here when the stream says that somebody has gone back to a version.
 */
export function useSessionRow(): Session | undefined {
  const session = useQuietSession();
  const client = useQueryClient();
  const current = useSession().currentJob;
  const settled = useSettled(session);
  useEffect(() => {
    if (!settled || current === undefined) return;
    void client.invalidateQueries({ queryKey: sessionQuery(session.id).queryKey, exact: true });
  }, [client, session, settled, current]);
  return useQuery(sessionQuery(session.id)).data;
}

/** The job that has made the current version. */
export function useCurrentJob(): string | undefined {
  return useSessionRow()?.currentJob ?? undefined;
}

/** The session's jobs that have left files, the latest first. */
export function useVersions() {
  const { id: sessionId } = useQuietSession();
  const query = useInfiniteQuery({
    // Below the key of the session: asked again with it.
    queryKey: ['session', sessionId, 'versions'],
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/jobs', {
          params: {
            query: { sessionId, limit: 100, ...(pageParam !== '' && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items);
  return { query, versions: items?.filter((job) => job.downloadUrl != null) };
}
