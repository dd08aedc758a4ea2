/** What the console's lists are about, for the pages that keep to it. */
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type Scope, scopeOf, scopeSearchOf } from './scope';

/** The route of a list that keeps to the scope says so: its page then shows nothing of other products. */
declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    isScoped?: true;
  }
}

/** What is chosen, whether the page keeps to it or not. */
export function useScope(): Scope {
  const text = useSearch({ strict: false, select: (search) => scopeSearchOf(search).scope });
  return useMemo(() => scopeOf(text), [text]);
}
