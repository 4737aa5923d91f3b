/** What is asked of the server about results. Versions never change, so an answer stays good. */
import { queryOptions } from '@tanstack/react-query';
import { api, take, type Schemas } from '../api/client';

/** The files that a job has left. */
export const fileList = (jobId: string) =>
  queryOptions({
    queryKey: ['job', jobId, 'files'],
    queryFn: ({ signal }) =>
      take(api.GET('/api/jobs/{id}/files', { params: { path: { id: jobId } }, signal })),
    staleTime: Infinity,
  });

/** What a job has changed since `from`, or since what it began with. */
export const diff = (jobId: string, from: string | undefined) =>
  queryOptions({
    queryKey: ['job', jobId, 'diff', from ?? null],
    queryFn: async ({ signal }): Promise<Schemas['Diff']> => {
      const told = await take(
        api.GET('/api/jobs/{id}/diff', {
          params: { path: { id: jobId }, query: from === undefined ? {} : { from } },
          signal,
        }),
      );
      if (typeof told === 'string') throw new Error('The server has answered with a patch.');
      return told;
    },
    staleTime: Infinity,
  });
