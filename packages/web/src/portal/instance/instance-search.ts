/** What the address of an instance's page says beside the instance. Pure. */
export const TABS = ['overview', 'operations', 'nodes', 'metrics', 'logs', 'activity'] as const;
export type Tab = (typeof TABS)[number];

export interface InstanceSearch {
  /** @default overview */
  tab?: Tab;
  /** A form that is open: modify, rotate, delete, rename, upgrade, window, capacity, failover, restore, or the verb of a custom workflow. */
  do?: string;
  /** What the form is about: a snapshot, a moment, or a secret. */
  of?: string;
  /** A call of a custom workflow that is open. */
  run?: string;
  /** Which part of the activity is shown. */
  kind?: string;
  /** Whose log is shown. */
  node?: string;
  container?: string;
}

/** Reads the address; what is no text, or no tab, is left out. */
export function instanceSearchOf(search: Record<string, unknown>): InstanceSearch {
  const texts = (['do', 'of', 'run', 'kind', 'node', 'container'] as const).flatMap((key) => {
    const value = search[key];
    return typeof value === 'string' && value !== '' ? [[key, value] as const] : [];
  });
  const tab = TABS.find((one) => one === search['tab']);
  return { ...Object.fromEntries(texts), ...(tab === undefined || tab === 'overview' ? {} : { tab }) };
}
