/** Gives somebody another role. It counts from their next request on. */
import { Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ProviderRole } from '@cellplane/api/access';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { type Colleague, type RoleChoice, useReadPeopleAnew } from './people';
import { RoleField } from './role-field';
import { isProductRole, whyUntouchable } from './rules';

interface Props {
  of: Colleague;
  ownRole: string;
  /** Why they have to stay a root. */
  whyRoot: string | undefined;
  onDone: () => void;
}

export function RoleForm({ of, ownRole, whyRoot, onDone }: Props) {
  const [choice, setChoice] = useState<RoleChoice>({ role: of.roleType as ProviderRole, serviceIds: of.serviceIds });
  const [isTried, setTried] = useState(false);
  const readAnew = useReadPeopleAnew();
  const change = useMutation({
    mutationFn: () =>
      client.changeUserRole({
        body: { email: of.email, newRoleType: choice.role, ...(isProductRole(choice.role) ? { serviceIds: choice.serviceIds } : {}) },
      }),
    onSuccess: async () => {
      await readAnew();
      onDone();
    },
  });
  const noProducts = isProductRole(choice.role) && choice.serviceIds.length === 0 ? t('Choose at least one product.') : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (noProducts === undefined) change.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('The new role counts from the next thing that {{email}} does.', { email: of.email })}
        </Text>
        <RoleField
          value={choice}
          onChange={setChoice}
          whyNot={(role) => whyUntouchable(ownRole, { roleType: role }) ?? (role === 'root' ? undefined : whyRoot)}
          error={isTried ? noProducts : undefined}
        />
        {change.isError && <Failure title={t('The role is as before')} error={change.error} />}
        <FormButtons onCancel={onDone} action={t('Change the role')} isPending={change.isPending} />
      </Stack>
    </form>
  );
}
