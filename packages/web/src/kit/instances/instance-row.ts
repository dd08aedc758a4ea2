/** An instance as both fronts list it. */
export interface InstanceRow {
  id: string;
  status: string;
  /** Why it is as it is; empty where there is nothing to say. */
  reason: string;
  product: string;
  plan: string;
  version: string;
  environment: string;
  place: string;
  createdAt: string;
  tags: string[];
}

/** What is asked of a list; it stands in the page's address. */
export interface InstanceFilter {
  q?: string;
  status?: string;
}

/** Reads the filter of an address; what is no text is left out. */
export function filterOf(search: Record<string, unknown>): InstanceFilter {
  const { q, status } = search;
  return { ...(typeof q === 'string' && q !== '' ? { q } : {}), ...(typeof status === 'string' && status !== '' ? { status } : {}) };
}

/** Whether a row is as asked: its status is that one, and the text is part of what the table shows of it. */
export function isFound(row: InstanceRow, { q, status }: InstanceFilter): boolean {
  if (status !== undefined && row.status !== status) return false;
  const text = q?.toLowerCase();
  return (
    text === undefined ||
    [row.id, row.product, row.plan, row.version, row.environment, row.place, ...row.tags].some((one) => one.toLowerCase().includes(text))
  );
}
