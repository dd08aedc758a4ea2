/** Lists that come in pages: the first one at once, the next ones as they are wanted. */
import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import type { MoreRows } from './table/data-table';

export interface Page<Row> {
  rows: readonly Row[];
  nextPageToken?: string | undefined;
}

export interface Pages<Row> {
  /** Undefined while the first page is loaded. */
  rows: readonly Row[] | undefined;
  error: unknown;
  retry: () => void;
  /** For the table. */
  more: MoreRows;
}

/** `load` answers the page behind a token; without one the first. */
export function usePages<Row>(
  queryKey: QueryKey,
  load: (page: { nextPageToken?: string }) => Promise<Page<Row>>,
  { enabled = true }: { enabled?: boolean } = {},
): Pages<Row> {
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => load(pageParam === '' ? {} : { nextPageToken: pageParam }),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    enabled,
  });
  return {
    rows: pages.data?.pages.flatMap(({ rows }) => rows),
    error: pages.error,
    retry: () => void pages.refetch(),
    more: {
      hasMore: pages.hasNextPage,
      isLoading: pages.isFetchingNextPage,
      load: () => void pages.fetchNextPage(),
    },
  };
}
