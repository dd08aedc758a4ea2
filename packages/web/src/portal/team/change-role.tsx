/** Gives a member, or somebody who is invited, another role. */
import type { SubscriptionRole } from '@cellplane/api/access';
import { Modal, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { roleName } from '../../kit/access/words';
import { isolated, sayDone } from '../../kit/done';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import type { OwnSubscription } from '../own';
import { isInvited, type Member } from './members';
import { RoleChoice } from './role-choice';
import { whyNotGiven } from './rules';

export interface Changed {
  member: Member;
  subscription: OwnSubscription;
}

export function ChangeRole({ changed, onClose }: { changed: Changed | undefined; onClose: () => void }) {
  return (
    <Modal
      opened={changed !== undefined}
      onClose={onClose}
      title={t('Role of {{name}}', { name: changed === undefined ? '' : changed.member.name || changed.member.email })}
      centered
    >
      {changed !== undefined && <RoleForm {...changed} onClose={onClose} />}
    </Modal>
  );
}

function RoleForm({ member, subscription, onClose }: Changed & { onClose: () => void }) {
  const queries = useQueryClient();
  const [role, setRole] = useState(member.roleType as SubscriptionRole);
  const give = (roleType: string) =>
    client.inviteSubscriptionMember({ params: { subscriptionId: subscription.id }, body: { email: member.email, roleType } });
  const again = () => queries.invalidateQueries({ queryKey: ['people'] });
  const change = useMutation({
    mutationFn: () => give(role),
    onSuccess: async () => {
      // Who is only invited gets a mail each time: nothing takes that back.
      if (!isInvited(member))
        void sayDone({
          message: t('{{name}} has the role {{role}}.', { name: isolated(member.name || member.email), role: roleName(role) }),
          undo: async () => {
            await give(member.roleType);
            await again();
          },
        });
      await again();
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (role === member.roleType) onClose();
        else change.mutate();
      }}
    >
      <Stack gap="md">
        {change.isError && <Failure title={t('The role stays as it was')} error={change.error} />}
        <RoleChoice
          label={`${subscription.serviceName} · ${subscription.productTierName}`}
          description={t('It counts from the next request on.')}
          value={role}
          onChange={setRole}
          whyNot={(one) => whyNotGiven(one, subscription.roleType)}
        />
        <FormButtons onCancel={onClose} action={t('Give the role')} isPending={change.isPending} />
      </Stack>
    </form>
  );
}
