/** What each role reaches, from the table that the server asks. */
import { PROVIDER_PERMISSIONS, PROVIDER_ROLE_PERMISSIONS, PROVIDER_ROLES, type ProviderPermission } from '@cellplane/api/access';
import { Table, Text, VisuallyHidden } from '@mantine/core';
import { t } from 'i18next';
import { roleName } from '../../kit/access/words';

export function RoleReach() {
  return (
    <Table.ScrollContainer minWidth={720} tabIndex={0} aria-label={t('What each role reaches')}>
      <Table verticalSpacing={4} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('May')}</Table.Th>
            {PROVIDER_ROLES.map((role) => (
              <Table.Th key={role} scope="col">
                {roleName(role)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {PROVIDER_PERMISSIONS.map((permission) => (
            <Table.Tr key={permission}>
              <Table.Th scope="row" fw={400}>
                {permissionWords(permission)}
                <Text size="xs" c="dimmed" className="mono">
                  {permission}
                </Text>
              </Table.Th>
              {PROVIDER_ROLES.map((role) => (
                <Table.Td key={role}>
                  {PROVIDER_ROLE_PERMISSIONS[role].includes(permission) ? (
                    <>
                      <span aria-hidden="true">✓</span>
                      <VisuallyHidden>{t('yes')}</VisuallyHidden>
                    </>
                  ) : (
                    <>
                      <Text span c="dimmed" aria-hidden="true">
                        –
                      </Text>
                      <VisuallyHidden>{t('no')}</VisuallyHidden>
                    </>
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
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
