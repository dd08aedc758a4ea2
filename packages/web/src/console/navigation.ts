/** Pages of the console in the left menu. */
import { t } from 'i18next';
import type { NavigationGroup } from '../app/shell/navigation';

export const consoleNavigation = (): NavigationGroup[] => [
  {
    label: t('Fleet'),
    pages: [
      { to: '/console', label: t('Overview'), reads: 'describeFleet' },
      { to: '/console/instances', also: ['/console/adopt'], label: t('Instances') },
      { to: '/console/runs', label: t('Runs'), reads: 'listRuns' },
      {
        to: '/console/upgrades',
        also: ['/console/new-upgrade', '/console/maintenance-windows'],
        label: t('Upgrades'),
        reads: 'listFleetUpgradePaths',
      },
      { to: '/console/drift', label: t('Drift'), reads: 'listDrift' },
      { to: '/console/cells', label: t('Cells'), reads: 'listDeploymentCells' },
    ],
  },
  {
    label: t('Plans'),
    pages: [
      { to: '/console/plans', label: t('Products'), reads: 'listServices' },
      { to: '/console/plan-editor', label: t('Plan editor'), reads: 'listServices' },
      { to: '/console/secrets', label: t('Secrets'), reads: 'listSecrets' },
    ],
  },
  {
    label: t('People'),
    pages: [
      { to: '/console/customers', label: t('Customers'), reads: 'listAllUsers' },
      { to: '/console/subscriptions', label: t('Subscriptions'), reads: 'listAllSubscriptions' },
      { to: '/console/usage', label: t('Usage'), reads: 'describeUsage' },
      { to: '/console/requests', label: t('Requests'), reads: 'listAllSubscriptionRequests' },
      { to: '/console/people', label: t('People'), reads: 'listOrgUsers' },
    ],
  },
  {
    label: t('Settings'),
    pages: [
      { to: '/console/notifications', label: t('Notifications'), reads: 'listNotificationChannels' },
      { to: '/console/audit', label: t('Audit'), reads: 'listAuditEvents' },
      { to: '/console/identity-providers', label: t('Identity providers'), reads: 'listIdentityProviders' },
      { to: '/console/retention', label: t('Retention'), reads: 'describeRetention' },
      { to: '/console/settings/theme', label: t('Portal'), reads: 'listPortalDomains' },
      { to: '/console/settings/mail-texts', label: t('Mail texts'), reads: 'listMailTexts' },
      { to: '/console/settings', label: t('Server'), reads: 'describeServer' },
    ],
  },
];
