/** Pages of the console in the left menu. */
import { t } from 'i18next';
import type { NavigationGroup } from '../app/shell/navigation';

export const consoleNavigation = (): NavigationGroup[] => [
  { pages: [{ to: '/console/instances', label: t('Instances') }] },
  { label: t('People'), pages: [{ to: '/console/people', label: t('People'), reads: 'listOrgUsers' }] },
];
