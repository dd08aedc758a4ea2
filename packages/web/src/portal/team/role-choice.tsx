/** The role of a member: what each one may do, and why this person cannot give it. */
import { SUBSCRIPTION_ROLES, type SubscriptionRole } from '@cellplane/api/access';
import { Radio, Stack } from '@mantine/core';
import { roleName } from '../../kit/access/words';
import { memberRoleSummary } from '../../kit/people/role-summary';

interface Props {
  label: string;
  description?: string;
  value: SubscriptionRole;
  onChange: (role: SubscriptionRole) => void;
  whyNot: (role: SubscriptionRole) => string | undefined;
}

export function RoleChoice({ whyNot, ...field }: Props) {
  return (
    <Radio.Group {...field}>
      <Stack gap="xs" mt="xs">
        {SUBSCRIPTION_ROLES.map((role) => {
          const why = whyNot(role);
          return (
            <Radio
              key={role}
              value={role}
              {...(role === field.value ? { 'data-autofocus': true } : {})}
              label={roleName(role)}
              description={why ?? memberRoleSummary(role)}
              disabled={why !== undefined}
            />
          );
        })}
      </Stack>
    </Radio.Group>
  );
}
