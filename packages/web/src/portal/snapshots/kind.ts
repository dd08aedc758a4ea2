/** What a snapshot is called after how it came. */
import { t } from 'i18next';
import type { Snapshot } from './queries';
import { isManual } from './queries';

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
