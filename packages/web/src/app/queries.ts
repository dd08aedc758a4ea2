/** What has been asked of the server, kept for all pages. */
import { ConnectionError, ResponseError } from '@cellplane/api/client';
import { QueryClient } from '@tanstack/react-query';

/** A refusal is an answer, which asking again does not change; a server that does not answer may do so soon. */
const MOST_TRIES = 2;
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Without a network the server may be on this very machine; and where it is gone, pages say so.
      networkMode: 'always',
      staleTime: 5_000,
      retry: (tries, error) =>
        tries < MOST_TRIES && (error instanceof ConnectionError || (error instanceof ResponseError && error.status >= 500)),
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
