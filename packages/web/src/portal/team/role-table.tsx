/** What each role of a subscription may do, from the table that the server asks. */
import { type CustomerPermission, SUBSCRIPTION_ROLE_PERMISSIONS, SUBSCRIPTION_ROLES } from '@cellplane/api/access';
import { Table, Text, VisuallyHidden } from '@mantine/core';
import { t } from 'i18next';
import { roleName } from '../../kit/access/words';

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
    <Table.ScrollContainer minWidth={460} tabIndex={0} aria-label={t('What each role may do')}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('May')}</Table.Th>
            {SUBSCRIPTION_ROLES.map((role) => (
              <Table.Th key={role} scope="col">
                {roleName(role)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {SHOWN.map((permission) => (
            <Table.Tr key={permission}>
              <Table.Th scope="row" fw={400}>
                {inWords(permission)}
              </Table.Th>
              {SUBSCRIPTION_ROLES.map((role) => (
                <Table.Td key={role}>
                  <Allowed yes={SUBSCRIPTION_ROLE_PERMISSIONS[role].includes(permission)} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Allowed({ yes }: { yes: boolean }) {
  return (
    <>
      <Text span aria-hidden="true" {...(yes ? {} : { c: 'dimmed' })}>
        {yes ? '✓' : '–'}
      </Text>
      <VisuallyHidden>{yes ? t('yes') : t('no')}</VisuallyHidden>
    </>
  );
}
