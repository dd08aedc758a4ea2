/** Invites somebody into the provider's organization. */
import { Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure, fieldFaults } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { type RoleChoice, useReadPeopleAnew } from './people';
import { RoleField } from './role-field';
import { isProductRole, whyUntouchable } from './rules';

export function InviteForm({ ownRole, onDone, onCancel }: { ownRole: string; onDone: () => void; onCancel: () => void }) {
  const [email, setEmail] = useState('');
  const [choice, setChoice] = useState<RoleChoice>({ role: 'reader', serviceIds: [] });
  const [isTried, setTried] = useState(false);
  const readAnew = useReadPeopleAnew();
  const invite = useMutation({
    mutationFn: () =>
      client.inviteUser({
        body: { email: email.trim(), roleType: choice.role, ...(isProductRole(choice.role) ? { serviceIds: choice.serviceIds } : {}) },
      }),
    onSuccess: async () => {
      await readAnew();
      notifications.show({ message: t('{{email}} is invited. The link of the mail is in their menu, too.', { email: email.trim() }) });
      onDone();
    },
  });
  const faults = fieldFaults(invite.error);
  const noAddress = email.trim() === '' ? t('Write the address of whom you invite.') : undefined;
  const noProducts = isProductRole(choice.role) && choice.serviceIds.length === 0 ? t('Choose at least one product.') : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (noAddress === undefined && noProducts === undefined) invite.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('E-mail')}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={(isTried ? noAddress : undefined) ?? faults['email']}
          description={t('An invitation is mailed there. It is good for 7 days.')}
          data-autofocus
        />
        <RoleField
          value={choice}
          onChange={setChoice}
          whyNot={(role) => whyUntouchable(ownRole, { roleType: role })}
          error={(isTried ? noProducts : undefined) ?? faults['serviceIds']}
        />
        {invite.isError && <Failure title={t('Nobody was invited')} error={invite.error} />}
        <FormButtons onCancel={onCancel} action={t('Send the invitation')} isPending={invite.isPending} />
      </Stack>
    </form>
  );
}
