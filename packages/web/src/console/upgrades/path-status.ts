/** The status of an upgrade path, and of an instance in one, in a word. */
import { t } from 'i18next';
import { inWords } from '../../kit/code-words';

/** What `Status` takes. `halted`: the path has paused itself. */
export function pathStatus({ status, halted }: { status: string; halted?: boolean | undefined }): { of: string; word: string } {
  if (halted === true && status === 'PAUSED') return { of: 'Failed', word: t('Halted') };
  switch (status) {
    case 'COMPLETE':
      return { of: 'COMPLETE', word: t('Complete') };
    case 'FAILED':
      return { of: 'FAILED', word: t('Failed') };
    case 'CANCELLED':
      return { of: 'STOPPED', word: t('Cancelled') };
    case 'SKIPPED':
      return { of: 'Skipped', word: t('Left out') };
    case 'PAUSED':
      return { of: 'Pending', word: t('Paused') };
    case 'SCHEDULED':
      return { of: 'Pending', word: t('Scheduled') };
    case 'PENDING':
      return { of: 'Pending', word: t('Waits') };
    case 'IN_PROGRESS':
      return { of: 'Running', word: t('Under way') };
    default:
      return { of: status, word: inWords(status) };
  }
}

/** Counts of a path or a wave as `CountBar` takes them. */
export function pathCounts(counts: {
  pendingCount: number;
  scheduledCount?: number | undefined;
  inProgressCount: number;
  completedCount: number;
  failedCount: number;
  skippedCount: number;
}): Record<string, number> {
  return {
    COMPLETE: counts.completedCount,
    IN_PROGRESS: counts.inProgressCount,
    Pending: counts.pendingCount + (counts.scheduledCount ?? 0),
    Skipped: counts.skippedCount,
    FAILED: counts.failedCount,
  };
}

/** What the server says of a halt, without the words that status and wave say already. */
export function afterTitle(message: string): string {
  const rest = message.replace(/^Halted in wave \d+ of \d+: /, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
