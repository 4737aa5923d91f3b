/**
 * Which version is the session's current one, and which versions there are: asked of the server, again
 * whenever the stream says that it may be another.
 */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, take, type Session } from '../api/client';
import { useSession } from '../session/live/open';
import type { LiveSession } from '../session/live/session';

/** Another one when a job has ended or somebody has gone back. */
function stateOf(session: LiveSession): string {
  const ended = [...session.jobs.values()].filter((job) => job.ended).length;
  return `${ended} ${session.currentJob ?? ''}`;
}

/** The session as the server knows it, as of the last change. */
export function useSessionRow(): Session | undefined {
  const session = useSession();
  const state = stateOf(session);
  return useQuery({
    queryKey: ['session', session.id, 'row', state],
    queryFn: () => take(api.GET('/api/sessions/{id}', { params: { path: { id: session.id } } })),
    placeholderData: keepPreviousData,
  }).data;
}

/** The session's jobs that have left files, the latest first. */
export function useVersions() {
  const session = useSession();
  const state = stateOf(session);
  const query = useInfiniteQuery({
    queryKey: ['session', session.id, 'versions', state],
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/jobs', {
          params: {
            query: {
              sessionId: session.id,
              limit: 100,
              ...(pageParam !== '' && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const versions = query.data?.pages
    .flatMap(({ items }) => items)
    .filter((job) => job.downloadUrl != null);
  return { query, versions };
}
