/** What the list of snapshots is asked for; it stands in the page's address. Pure. */
import { isManual, type Snapshot } from './kind';

export interface SnapshotSearch {
  q?: string;
  status?: string;
  /** `manual` or `automated`. */
  type?: string;
}

/** Reads an address; what is no text is left out. */
export function snapshotSearchOf(search: Record<string, unknown>): SnapshotSearch {
  return Object.fromEntries(
    (['q', 'status', 'type'] as const).flatMap((key) => {
      const value = search[key];
      return typeof value === 'string' && value !== '' ? [[key, value]] : [];
    }),
  );
}

/** Whether a snapshot is as asked. */
export function isAsked(snapshot: Snapshot, { q, status, type }: SnapshotSearch): boolean {
  if (status !== undefined && snapshot.status !== status) return false;
  if (type !== undefined && isManual(snapshot) !== (type === 'manual')) return false;
  const text = q?.toLowerCase();
  const { snapshotId, sourceInstanceId, serviceName, productTierName, region } = snapshot;
  return (
    text === undefined ||
    [snapshotId, sourceInstanceId, serviceName, productTierName, region].some((one) => one?.toLowerCase().includes(text))
  );
}
