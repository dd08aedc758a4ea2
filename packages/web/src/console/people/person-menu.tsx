/** What can be done with one of the provider's people, or with an invitation. */
import { Menu, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { person as signedIn } from '../../app/session/signed-in';
import { GuardedItem } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { roleName } from '../../kit/access/words';
import { wordsOf } from '../../kit/failure';
import { MoreButton } from '../../kit/more';
import { Confirm } from '../../kit/page/confirm';
import { InvitationLink } from './invitation-link';
import { type Colleague, colleagues, useReadPeopleAnew } from './people';
import { RoleForm } from './role-form';
import { isProductRole, whyLastRoot, whyUntouchable } from './rules';
import { ResetFactors } from './reset-factors';

export function PersonMenu({ of }: { of: Colleague }) {
  const [open, setOpen] = useState<'role' | 'remove' | 'factors' | 'link' | undefined>();
  const close = () => setOpen(undefined);
  const all = useQuery(colleagues).data ?? [];
  const own = useQuery(signedIn).data;
  const { may, why } = useMay('changeUserRole');
  const readAnew = useReadPeopleAnew();
  const isInvited = of.status === 'INVITED';
  const ownRole = own?.roleType ?? 'reader';
  const untouchable = may ? whyUntouchable(ownRole, of) : (why ?? '');
  const whyRoot = whyLastRoot(all, of);
  const again = useMutation({
    // It takes the place of the open one.
    mutationFn: () =>
      client.inviteUser({
        body: { email: of.email, roleType: of.roleType, ...(isProductRole(of.roleType) ? { serviceIds: of.serviceIds } : {}) },
      }),
    onSuccess: () => notifications.show({ message: t('Another invitation is on its way to {{email}}.', of) }),
    onError: (error) => notifications.show({ color: 'red', title: t('The invitation is as before'), message: wordsOf(error) }),
    onSettled: readAnew,
  });
  const name = of.name || of.email;
  return (
    <>
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <MoreButton aria-label={t('Actions for {{name}}', { name })} loading={again.isPending} />
        </Menu.Target>
        <Menu.Dropdown>
          <GuardedItem why={untouchable} onClick={() => setOpen('role')}>
            {t('Change the role')}
          </GuardedItem>
          {isInvited && (
            <GuardedItem why={untouchable} onClick={() => again.mutate()}>
              {t('Invite again')}
            </GuardedItem>
          )}
          {isInvited && (
            <GuardedItem why={untouchable} onClick={() => setOpen('link')}>
              {t('Show the link')}
            </GuardedItem>
          )}
          {!isInvited && (
            <GuardedItem why={untouchable} onClick={() => setOpen('factors')}>
              {t('Remove the second factors')}
            </GuardedItem>
          )}
          <Menu.Divider />
          <GuardedItem why={untouchable ?? whyRoot} color="red" onClick={() => setOpen('remove')}>
            {isInvited ? t('Take the invitation back') : t('Remove from the organization')}
          </GuardedItem>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={open === 'role'} onClose={close} title={t('Role of {{name}}', { name })} centered>
        <RoleForm of={of} ownRole={ownRole} whyRoot={whyRoot} onDone={close} />
      </Modal>
      <Modal opened={open === 'link'} onClose={close} title={t('Invitation of {{name}}', { name })} centered>
        <InvitationLink email={of.email} />
      </Modal>
      <ResetFactors opened={open === 'factors'} onClose={close} userId={of.userId} name={name} email={of.email} />
      <Confirm
        opened={open === 'remove'}
        onClose={close}
        title={isInvited ? t('Take the invitation of {{name}} back', { name }) : t('Remove {{name}}', { name })}
        action={isInvited ? t('Take the invitation back') : t('Remove from the organization')}
        failure={isInvited ? t('The invitation still stands') : t('They are still in the organization')}
        submit={async () => {
          await client.revokeUserRole({ body: { email: of.email, roleType: of.roleType } });
          await readAnew();
        }}
      >
        {isInvited
          ? t('The token in the mail is good for nothing then.')
          : t('{{email}} is {{role}} now. Their sessions and API keys end at once; what they have done keeps their name.', {
              email: of.email,
              role: roleName(of.roleType),
            })}
      </Confirm>
    </>
  );
}
