/** What a provider can do with a customer: keep out, let in, confirm, delete. Each says what follows. */
import { List, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { GuardedButton, GuardedItem } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { wordsOf } from '../../kit/failure';
import { MoreButton } from '../../kit/more';
import { Confirm } from '../../kit/page/confirm';
import { stateOf, useReadCustomersAnew } from '../customers/customers';
import type { DescribedCustomer } from './customer';
import { ResetFactors } from '../people/reset-factors';

export function CustomerActions({ of }: { of: DescribedCustomer }) {
  const [open, setOpen] = useState<'suspend' | 'delete' | 'factors' | undefined>();
  const close = () => setOpen(undefined);
  const readAnew = useReadCustomersAnew();
  const navigate = useNavigate();
  const { why } = useMay('suspendUser');
  const { why: whyNoReset } = useMay('resetFactors');
  const params = { userId: of.userId };
  const state = stateOf(of);
  const isConfirmed = of.verifiedAt !== undefined;
  const name = of.userName || of.email;
  const act = useMutation({
    mutationFn: ({ run }: { run: () => Promise<unknown>; done: string }) => run(),
    onSuccess: (_, { done }) => notifications.show({ message: done }),
    onError: (error) => notifications.show({ color: 'red', title: t('Nothing was changed'), message: wordsOf(error) }),
    onSettled: readAnew,
  });
  const confirmed = isConfirmed ? t('The address is confirmed already.') : undefined;
  return (
    <>
      {state === 'SUSPENDED' ? (
        <GuardedButton
          why={why}
          loading={act.isPending}
          onClick={() => act.mutate({ run: () => client.unsuspendUser({ params }), done: t('{{name}} may sign in again.', { name }) })}
        >
          {t('Let in again')}
        </GuardedButton>
      ) : (
        <GuardedButton variant="default" why={why} onClick={() => setOpen('suspend')}>
          {t('Suspend')}
        </GuardedButton>
      )}
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <MoreButton isInHead aria-label={t('More actions for {{name}}', { name })} />
        </Menu.Target>
        <Menu.Dropdown>
          <GuardedItem
            why={why ?? confirmed}
            onClick={() => act.mutate({ run: () => client.verifyUser({ params }), done: t('The address is confirmed.') })}
          >
            {t('Confirm the address')}
          </GuardedItem>
          <GuardedItem
            why={why ?? confirmed}
            onClick={() =>
              act.mutate({ run: () => client.resendVerificationEmail({ params }), done: t('Another mail is on its way to {{email}}.', of) })
            }
          >
            {t('Mail another confirmation')}
          </GuardedItem>
          <GuardedItem
            why={why}
            onClick={() =>
              act.mutate({
                run: () => client.customerResetPassword({ body: { email: of.email } }),
                done: t('A mail that sets a new password is on its way to {{email}}.', of),
              })
            }
          >
            {t('Mail a new password')}
          </GuardedItem>
          <GuardedItem why={whyNoReset} onClick={() => setOpen('factors')}>
            {t('Remove the second factors')}
          </GuardedItem>
          <Menu.Divider />
          <GuardedItem why={why} color="red" onClick={() => setOpen('delete')}>
            {t('Delete the account')}
          </GuardedItem>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={open === 'suspend'}
        onClose={close}
        title={t('Suspend {{name}}', { name })}
        action={t('Suspend the customer')}
        failure={t('The customer is not suspended')}
        submit={async () => {
          await client.suspendUser({ params });
          await readAnew();
        }}
      >
        <List size="sm">
          <List.Item>{t('All their sessions end now, and they cannot sign in.')}</List.Item>
          <List.Item>{t('Their instances run on, and are billed and backed up as before.')}</List.Item>
          <List.Item>{t('They are mailed. Other people of their organization are not touched.')}</List.Item>
        </List>
      </Confirm>
      <ResetFactors opened={open === 'factors'} onClose={close} userId={of.userId} name={name} email={of.email} />
      <Confirm
        opened={open === 'delete'}
        onClose={close}
        title={t('Delete {{name}}', { name })}
        action={t('Delete the account')}
        typed={of.email}
        failure={t('The account is not deleted')}
        submit={() => client.deleteUser({ params })}
        onDone={() => {
          void readAnew();
          notifications.show({ message: t('Deleted: {{email}}. What they did keeps their id.', of) });
          void navigate({ to: '/console/customers' });
        }}
      >
        <List size="sm">
          <List.Item>{t('Name, address, mails and ways in go. The id stays, for what they have done.')}</List.Item>
          <List.Item>{t('Their subscriptions, memberships and waiting requests end.')}</List.Item>
          <List.Item>{t('It is refused while their organization has instances or snapshots.')}</List.Item>
        </List>
      </Confirm>
    </>
  );
}
