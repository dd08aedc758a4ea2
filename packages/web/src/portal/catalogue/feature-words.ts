/** Features of a plan that mean something to a customer. */
import { t } from 'i18next';

/** Undefined: the feature says nothing to customers. */
export function featureWords(feature: string): string | undefined {
  const words: Record<string, string> = {
    LOGS: t('Logs'),
    METRICS: t('Metrics'),
    LICENSING: t('Licences'),
    COMPLIANCE: t('Compliance'),
    APPLICATION_SECURITY: t('Application security'),
    OPERATIONAL_STATUS: t('Health of each node'),
    VERSION_SET_OVERRIDE: t('You choose the version'),
    CLOUD_INSURANCE: t('Cloud insurance'),
  };
  return words[feature];
}
