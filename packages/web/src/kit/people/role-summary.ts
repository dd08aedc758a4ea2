/** What roles are for, in one sentence each. */
import type { ProviderRole, SubscriptionRole } from '@cellplane/api/access';
import { t } from 'i18next';

/** Of the provider's people. */
export function roleSummary(role: ProviderRole): string {
  return {
    root: t('Everything, other roots included.'),
    admin: t('Everything but roots.'),
    editor: t('Plans, instances, customers, secrets, cells and notifications; not people and settings of the organization.'),
    reader: t('Sees everything but secrets, and changes nothing.'),
    service_editor: t('Plans, instances and subscriptions of single products.'),
    service_reader: t('Sees plans, instances and customers of single products.'),
    service_operator: t('Operates instances of single products.'),
  }[role];
}

/** Of the members of a subscription. */
export function memberRoleSummary(role: SubscriptionRole): string {
  return {
    root: t('Everything: instances, members, and the end of the subscription. Only roots make roots.'),
    admin: t('Instances and members, but no roots; does not end the subscription.'),
    editor: t('Creates, changes, operates and deletes instances; members stay as they are.'),
    reader: t('Sees instances and members, and changes nothing.'),
  }[role];
}
