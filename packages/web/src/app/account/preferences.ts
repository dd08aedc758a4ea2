/** What the person is mailed, as this browser asks for it. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../client';

export type Preferences = Awaited<ReturnType<Client['listNotificationPreferences']>>;
export type Preference = Preferences['preferences'][number];

/** Of one subscription; undefined: of all. */
export const preferencesFor = (subscriptionId: string | undefined) =>
  queryOptions({
    queryKey: ['person', 'mails', subscriptionId ?? ''],
    queryFn: () => client.listNotificationPreferences({ query: subscriptionId === undefined ? {} : { subscriptionId } }),
  });

/** Name of a category, and what is mailed of it. */
export function categoryWords(category: string): { name: string; about: string } {
  const words: Record<string, { name: string; about: string }> = {
    failures: {
      name: t('Failures'),
      about: t('An instance could not be created, an operation failed, or something of an instance is not as it should be.'),
    },
    completed: {
      name: t('Completed operations'),
      about: t('An instance is ready, changed, restored, upgraded or deleted, or an operation of its plan is done.'),
    },
    maintenance: {
      name: t('Maintenance and upgrades'),
      about: t('An upgrade is announced, is over, or does not happen.'),
    },
    backups: { name: t('Backups'), about: t('A backup failed, there is no good one, or there is one again.') },
    limits: {
      name: t('Limits'),
      about: t('A subscription is near its limit of instances, or has reached it. A budget is spent, or will not be enough.'),
    },
    account: {
      name: t('Account and access'),
      about: t('Sign-up, passwords, invitations, and what becomes of your account and your subscriptions.'),
    },
  };
  return words[category] ?? { name: category, about: '' };
}

/** Why a category cannot be switched. */
export function whyFixed({ category, reason }: Preference): string {
  return category === 'account'
    ? t('These mails let you in, and tell you when your access changes, also when it was not you who changed it.')
    : (reason ?? '');
}
