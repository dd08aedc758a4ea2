/** What a snapshot is called after how it came. Pure. */
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';

export type Snapshot = Awaited<ReturnType<Client['customerListSnapshots']>>['snapshots'][number];

/** Taken by a person, or kept by one: only they can be deleted by hand. */
export function isManual({ snapshotType }: Pick<Snapshot, 'snapshotType'>): boolean {
  return snapshotType === 'ManualSnapshot';
}

export function kindOf(snapshot: Pick<Snapshot, 'origin' | 'snapshotType'>): string {
  switch (snapshot.origin) {
    case 'manual':
      return t('by hand');
    case 'periodic':
      return t('by schedule');
    case 'triggered':
      return t('asked for');
    case 'final':
      return t('before the delete');
    case 'copy':
      return t('kept copy');
    default:
      return isManual(snapshot) ? t('by hand') : t('by schedule');
  }
}
