/** What is done with a version: new instances get the preferred one, may have an active one, and none of a deprecated one is made. */
import { t } from 'i18next';
import { Status } from '../../kit/status';

export function VersionStatus({ status }: { status: string }) {
  if (status === 'Preferred') return <Status of="ACTIVE" word={t('Preferred')} />;
  if (status === 'Active') return <Status of="Pending" word={t('Active')} />;
  return <Status of="Skipped" word={status === 'Deprecated' ? t('Deprecated') : status} />;
}
