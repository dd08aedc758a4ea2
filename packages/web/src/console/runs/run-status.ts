/** The status of a run, as the wire says it, in a word. */
import { t } from 'i18next';

/** What `Status` takes. */
export function runStatus(status: string): { of: string; word: string } {
  switch (status) {
    case 'SUCCESS':
      return { of: 'Succeeded', word: t('Succeeded') };
    case 'FAILED':
      return { of: 'Failed', word: t('Failed') };
    case 'CANCELLED':
      return { of: 'Terminated', word: t('Ended by hand') };
    case 'PAUSED':
      return { of: 'Paused', word: t('Held') };
    default:
      return { of: 'Running', word: t('Running') };
  }
}
