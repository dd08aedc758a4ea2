/** What an upgrade is planned for; it stands in the page's address, so that other pages can lead to it. Pure. */
export interface NewPathSearch {
  planId?: string;
  /** Versions. */
  from?: string;
  to?: string;
  /** Ids of instances with commas. @default all of the version */
  instances?: string;
}

const NAMES = ['planId', 'from', 'to', 'instances'] as const;

export function newPathSearchOf(search: Record<string, unknown>): NewPathSearch {
  const found: NewPathSearch = {};
  for (const name of NAMES) {
    const value = search[name];
    // `from=1.0` is read as a number.
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && text !== '') found[name] = text;
  }
  return found;
}
