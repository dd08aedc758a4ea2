/** Why a run cannot be paused, resumed or retried as it is now; undefined: it can. */
import { t } from 'i18next';

export function refusalsOf({ status }: { status: string }): { pause?: string; resume?: string; retry?: string } {
  switch (status) {
    case 'SUCCESS':
      return { pause: t('It has ended.'), resume: t('It has ended.'), retry: t('It has succeeded: there is nothing to retry.') };
    case 'FAILED':
    case 'CANCELLED':
      return { pause: t('It has ended.'), resume: t('It has ended.') };
    case 'PAUSED':
      return { pause: t('It is held already.'), retry: t('It goes on: resume it.') };
    default:
      return { resume: t('It is not held.'), retry: t('It goes on by itself.') };
  }
}
