/** What the address of a create says beside the plan: what was chosen where there is a choice. Pure. */
export interface CreateSearch {
  /** A version of the plan. @default the one that the provider prefers */
  version?: string;
  /** One of the plan's resources. @default the first one */
  resource?: string;
  /** @default the first one in which the person may create */
  subscription?: string;
}

const KEYS = ['version', 'resource', 'subscription'] as const;

/** Reads the address leniently: what is no text is left out. */
export function createSearchOf(search: Record<string, unknown>): CreateSearch {
  return Object.fromEntries(
    KEYS.flatMap((key) => {
      // "1.0" alone is a number to whoever wrote the address.
      const value = typeof search[key] === 'number' ? String(search[key]) : search[key];
      return typeof value === 'string' && value !== '' ? [[key, value]] : [];
    }),
  );
}
