import type { OperationName } from '@cellplane/api/access';

/** What a front says of its pages for the left menu. */
export interface NavigationPage {
  /** A page without parameters. The page is current where the address begins with this. */
  to: string;
  label: string;
  /** Addresses of further pages that belong to it. */
  also?: readonly string[];
  /** What the page reads: it is in the menu of those whose role may. @default everybody's */
  reads?: OperationName;
}

export interface NavigationGroup {
  /** A heading over the pages. @default none */
  label?: string;
  pages: NavigationPage[];
}

/**
 * The page that an address is of: the longest that it begins with, word by word. A front's first page, which all others lie under, is
 * only itself. Pure.
 */
export function currentPage(pages: readonly string[], pathname: string): string | undefined {
  const isFirst = (to: string) => pages.length > 1 && pages.every((other) => other === to || other.startsWith(`${to}/`));
  return pages
    .filter((to) => pathname === to || (pathname.startsWith(`${to}/`) && !isFirst(to)))
    .toSorted((a, b) => b.length - a.length)[0];
}
