/** Where what is asked of a table is kept: in the page's address, so that links, reload, back and forward bring it again. */
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { TableSearch } from './table-state';

type Changes = TableSearch | ((search: TableSearch) => TableSearch);

export interface TableState {
  search: TableSearch;
  /**
   * An empty text takes its key away. What is typed replaces the entry in the browser's history, what is chosen adds one. A function is given
   * what is asked for by then: a page draws a change a moment after it, and another may come before that.
   */
  change: (changes: Changes, how?: 'typed' | 'chosen') => void;
  /** What the saved views and the columns of this table are remembered under. @default nothing is remembered */
  name?: string;
}

/**
 * The state of a table in the address; the scope that all lists have is none of it. `name` is what saved views are kept under; of two tables on one page the second has a `prefix`
 * for its keys.
 */
export function useTableState({ name, prefix = '' }: { name?: string; prefix?: string } = {}): TableState {
  const all = useLocation({ select: ({ search }) => search as Record<string, unknown> });
  const navigate = useNavigate();
  return useMemo(() => {
    return {
      search: searchIn(all, prefix),
      change: (changes, how = 'chosen') =>
        void navigate({
          to: '.',
          replace: how === 'typed',
          resetScroll: false,
          search: ((before: Record<string, unknown>) => changed(before, changes, prefix)) as never,
        }),
      ...(name === undefined ? {} : { name }),
    };
  }, [all, navigate, name, prefix]);
}

function searchIn(address: Record<string, unknown>, prefix: string): TableSearch {
  const search: Record<string, string> = {};
  for (const [key, value] of Object.entries(address)) {
    const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (isText && key !== 'scope' && key.startsWith(prefix)) search[key.slice(prefix.length)] = String(value);
  }
  return search;
}

function changed(before: Record<string, unknown>, changes: Changes, prefix: string): Record<string, unknown> {
  const after = { ...before };
  const texts = typeof changes === 'function' ? changes(searchIn(before, prefix)) : changes;
  for (const [key, text] of Object.entries(texts)) {
    if (text === '') delete after[`${prefix}${key}`];
    else after[`${prefix}${key}`] = text;
  }
  return after;
}

/** The state of a table that no address tells of. */
export function useOwnTableState(): TableState {
  const [search, setSearch] = useState<TableSearch>({});
  return { search, change: (changes) => setSearch((before) => changed(before, changes, '') as TableSearch) };
}
