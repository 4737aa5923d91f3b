/**
 * What is asked of the server, and under which key the answer is kept.
 *
 * Only what comes by request; what a session's stream tells is in `session/live`.
 */
import { queryOptions } from '@tanstack/react-query';
import { api, ApiError, take, type Me } from './client';

/** Who is there; null: nobody. */
export const me = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me | null> => {
    try {
      return await take(api.GET('/api/auth/me'));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Infinity,
});

/** By what people sign in here. */
export const methods = queryOptions({
  queryKey: ['methods'],
  queryFn: () => take(api.GET('/api/auth/methods')),
});

/** A session. */
export const session = (id: string) =>
  queryOptions({
    queryKey: ['session', id],
    queryFn: () => take(api.GET('/api/sessions/{id}', { params: { path: { id } } })),
  });

/** A session's jobs, the latest first, as many as one page holds. */
export const jobs = (sessionId: string) =>
  queryOptions({
    queryKey: ['session', sessionId, 'jobs'],
    queryFn: () => take(api.GET('/api/jobs', { params: { query: { sessionId, limit: 100 } } })),
  });

/** A job. */
export const job = (id: string) =>
  queryOptions({
    queryKey: ['job', id],
    queryFn: () => take(api.GET('/api/jobs/{id}', { params: { path: { id } } })),
  });

/** Who is asked to deploy results. */
export const deployHooks = queryOptions({
  queryKey: ['settings', 'deploy'],
  queryFn: () => take(api.GET('/api/settings/deploy')),
});

/** The account at GitHub. */
export const github = queryOptions({
  queryKey: ['settings', 'github'],
  queryFn: () => take(api.GET('/api/settings/github')),
});
