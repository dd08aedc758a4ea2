/** What each role of a subscription may do, from the table that the server asks. */
import { type CustomerPermission, SUBSCRIPTION_ROLE_PERMISSIONS, SUBSCRIPTION_ROLES } from '@cellplane/api/access';
import { t } from 'i18next';
import { RoleMatrix } from '../../kit/access/role-matrix';

const SHOWN: readonly CustomerPermission[] = [
  'instance:read',
  'instance:write',
  'member:read',
  'member:write',
  'subscription:read',
  'subscription:write',
];

function inWords(permission: CustomerPermission): string {
  return {
    'catalog:read': t('See the catalogue'),
    'catalog:subscribe': t('Subscribe to other plans'),
    'instance:read': t('See instances, their logs, snapshots and audit events'),
    'instance:write': t('Create, change, operate and delete instances'),
    'subscription:read': t('See the subscription and its limits'),
    'subscription:write': t('End the subscription'),
    'member:read': t('See who is a member'),
    'member:write': t('Invite, change and remove members'),
  }[permission];
}

export function RoleTable() {
  return (
    <RoleMatrix
      label={t('What each role may do')}
      roles={SUBSCRIPTION_ROLES}
      permissions={SHOWN}
      words={inWords}
      may={(role, permission) => SUBSCRIPTION_ROLE_PERMISSIONS[role].includes(permission)}
      minWidth={320}
    />
  );
}
