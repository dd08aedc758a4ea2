/** Pages of the portal in the left menu. */
import { t } from 'i18next';
import type { NavigationGroup } from '../app/shell/navigation';

export const portalNavigation = (): NavigationGroup[] => [
  {
    pages: [
      { to: '/instances', label: t('Instances') },
      { to: '/snapshots', label: t('Snapshots') },
      { to: '/catalogue', label: t('Catalogue'), also: ['/create'] },
      { to: '/team', label: t('Team') },
      { to: '/subscriptions', label: t('Subscriptions') },
      { to: '/usage', label: t('Usage') },
      { to: '/audit', label: t('Audit log') },
      { to: '/settings', label: t('Settings'), also: ['/account'] },
    ],
  },
];
