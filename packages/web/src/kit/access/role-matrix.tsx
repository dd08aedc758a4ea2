/** What each role may do: a row a permission, a column a role. */
import { Table, Text, VisuallyHidden } from '@mantine/core';
import { t } from 'i18next';
import classes from './role-matrix.module.css';
import { roleName } from './words';

interface Props<Role extends Parameters<typeof roleName>[0], Permission extends string> {
  /** Of the table, for people who do not see the page. */
  label: string;
  roles: readonly Role[];
  permissions: readonly Permission[];
  /** The permission in words. */
  words: (permission: Permission) => string;
  may: (role: Role, permission: Permission) => boolean;
  /** The permission's own name stands under its words. */
  isNamed?: boolean;
  minWidth: number;
}

export function RoleMatrix<Role extends Parameters<typeof roleName>[0], Permission extends string>(props: Props<Role, Permission>) {
  const { label, roles, permissions, words, may, isNamed = false, minWidth } = props;
  return (
    <Table.ScrollContainer minWidth={minWidth} aria-label={label} className={classes['matrix'] ?? ''}>
      <Table verticalSpacing={isNamed ? 4 : 'xs'} {...(isNamed ? { fz: 'sm' } : {})}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('Permission')}</Table.Th>
            {roles.map((role) => (
              <Table.Th key={role} scope="col">
                {roleName(role)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {permissions.map((permission) => (
            <Table.Tr key={permission}>
              <Table.Th scope="row" fw={400}>
                {words(permission)}
                {isNamed && (
                  <Text size="xs" c="dimmed" className="mono">
                    {permission}
                  </Text>
                )}
              </Table.Th>
              {roles.map((role) => (
                <Table.Td key={role}>
                  <Allowed yes={may(role, permission)} />
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
