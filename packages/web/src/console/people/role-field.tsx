/** Chooses a role, each with what it is for; and, for a role of single products, the products. */
import { PROVIDER_ROLES } from '@cellplane/api/access';
import { MultiSelect, Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { roleName } from '../../kit/access/words';
import { products, type RoleChoice } from './people';
import { roleSummary } from '../../kit/people/role-summary';
import { isProductRole } from './rules';

interface Props {
  value: RoleChoice;
  onChange: (value: RoleChoice) => void;
  /** Roles that cannot be given, and why. */
  whyNot: (role: string) => string | undefined;
  /** What is wrong with the products. */
  error?: string | undefined;
}

export function RoleField({ value, onChange, whyNot, error }: Props) {
  const all = useQuery(products);
  return (
    <Stack gap="md">
      <Radio.Group label={t('Role')} value={value.role} onChange={(role) => onChange({ ...value, role })}>
        <Stack gap="xs" mt={4}>
          {PROVIDER_ROLES.map((role) => {
            const why = whyNot(role);
            return (
              <Radio key={role} value={role} label={roleName(role)} description={why ?? roleSummary(role)} disabled={why !== undefined} />
            );
          })}
        </Stack>
      </Radio.Group>
      {isProductRole(value.role) && (
        <MultiSelect
          label={t('Products')}
          description={t('The role is for these products only.')}
          data={(all.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={value.serviceIds}
          onChange={(serviceIds) => onChange({ ...value, serviceIds })}
          error={error}
          required
          searchable
        />
      )}
    </Stack>
  );
}
