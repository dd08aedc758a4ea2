/** What each role reaches, from the table that the server asks. */
import { PROVIDER_PERMISSIONS, PROVIDER_ROLE_PERMISSIONS, PROVIDER_ROLES, type ProviderPermission } from '@cellplane/api/access';
import { t } from 'i18next';
import { RoleMatrix } from '../../kit/access/role-matrix';

export function RoleReach() {
  return (
    <RoleMatrix
      label={t('What each role reaches')}
      roles={PROVIDER_ROLES}
      permissions={PROVIDER_PERMISSIONS}
      words={permissionWords}
      may={(role, permission) => PROVIDER_ROLE_PERMISSIONS[role].includes(permission)}
      isNamed
      minWidth={720}
    />
  );
}

function permissionWords(permission: ProviderPermission): string {
  return {
    'catalog:read': t('See products and plans'),
    'catalog:write': t('Build, release and change plans'),
    'fleet:read': t('See instances and runs'),
    'fleet:operate': t('Operate instances, runs and upgrades'),
    'secret:read': t('See names of secrets'),
    'secret:write': t('Set and delete secrets'),
    'customer:read': t('See customers and subscriptions'),
    'customer:write': t('Change customers and subscriptions'),
    'organization:read': t('See people and settings'),
    'organization:write': t('Change people and settings'),
    'cell:read': t('See cells'),
    'cell:write': t('Change cells'),
    'audit:read': t('Read and verify the audit trail'),
    'notification:read': t('See notification channels'),
    'notification:write': t('Change notification channels'),
  }[permission];
}
