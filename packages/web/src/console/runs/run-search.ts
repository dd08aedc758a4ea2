/** What is asked of the list of runs; it stands in the page's address. Pure. */

export interface RunSearch {
  verb?: string;
  phase?: string;
  planId?: string;
  instanceId?: string;
  /** How far back: `1h`, `24h`, `7d`; or a moment. */
  since?: string;
}

const NAMES = ['verb', 'phase', 'planId', 'instanceId', 'since'] as const;

/** Reads an address; what is no text is left out. */
export function runSearchOf(search: Record<string, unknown>): RunSearch {
  const found: RunSearch = {};
  for (const name of NAMES) {
    const value = search[name];
    if (typeof value === 'string' && value !== '') found[name] = value;
  }
  return found;
}

const HOURS: Record<string, number> = { '1h': 1, '24h': 24, '7d': 168 };

/** From when on runs are asked for, as the server reads it; undefined: from the beginning. */
export function startOf(since: string | undefined, now: Date): string | undefined {
  if (since === undefined) return undefined;
  const hours = HOURS[since];
  return hours === undefined ? since : new Date(now.getTime() - hours * 3_600_000).toISOString();
}
