/** What the answers of the server are kept in. */
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api/client';

/** Tries again after a request that did not arrive, or that the server was not ready for. */
const MOST_TRIES = 3;

/** Whether a later attempt may end better. */
function mayRecover(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 502;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    // A browser that thinks it is offline may still reach a server on its own machine or network.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      retry: (count, error) => count < MOST_TRIES && mayRecover(error),
    },
  },
});
