/** The list of sessions, and what is done to one as a whole. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, take, type Job, type Schemas } from './client';

/** Sessions of one page. */
const PAGE = 30;
/** The server looks for no longer texts, in characters. */
const LONGEST_SEARCH = 255;

/** Which sessions; what is absent or empty leaves none out. */
export interface Wanted {
  /** What their title or last prompt has in it. */
  search?: string | undefined;
  /** The status of their last job. */
  status?: Schemas['JobStatus'] | undefined;
}

/** Sessions, those with the latest prompts first. */
export const sessions = ({ search = '', status }: Wanted) => {
  const text = search.trim().slice(0, LONGEST_SEARCH);
  return infiniteQueryOptions({
    queryKey: ['sessions', { text, status }],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: PAGE,
        ...(pageParam !== undefined && { cursor: pageParam }),
        ...(text !== '' && { search: text }),
        ...(status !== undefined && { status }),
      };
      return take(api.GET('/api/sessions', { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
};

/** What the account may, and what it has. */
export const quotas = queryOptions({
  queryKey: ['quotas'],
  queryFn: () => take(api.GET('/api/quotas')),
});

/** Makes a session with its first job; the same key and body make the same, however often they are sent. */
export function begin(body: Schemas['SubmitJob'], key: string): Promise<Job> {
  return take(api.POST('/api/jobs', { params: { header: { 'Idempotency-Key': key } }, body }));
}

/** Gives a session another title. */
export async function rename(id: string, title: string): Promise<void> {
  await api.PATCH('/api/sessions/{id}', { params: { path: { id } }, body: { title } });
}

/** Deletes a session, with all that it has made. */
export async function remove(id: string): Promise<void> {
  await api.DELETE('/api/sessions/{id}', { params: { path: { id } } });
}
