/** What a provider can do with a subscription. */
import { List } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { GuardedButton } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { wordsOf } from '../../kit/failure';
import { Confirm } from '../../kit/page/confirm';
import { type ListedSubscription, placeOf, useReadSubscriptionsAnew } from '../subscriptions/subscriptions';
import { whyEnded } from './limit-section';

export function SubscriptionActions({ of }: { of: ListedSubscription }) {
  const [open, setOpen] = useState<'suspend' | 'end' | undefined>();
  const close = () => setOpen(undefined);
  const readAnew = useReadSubscriptionsAnew();
  const params = placeOf(of);
  const may = useMay('suspendSubscription');
  const why = may.why ?? whyEnded(of);
  const whyKept = of.defaultSubscription ? t('It is your own: it stays as long as the plan.') : undefined;
  const hasInstances =
    of.instanceCount > 0
      ? t('It has {{count}} instances: delete them first.', {
          count: of.instanceCount,
          defaultValue_one: 'It has {{count}} instance: delete it first.',
        })
      : undefined;
  const resume = useMutation({
    mutationFn: () => client.resumeSubscription({ params }),
    onSuccess: () => notifications.show({ message: t('The subscription goes on.') }),
    onError: (error) => notifications.show({ color: 'red', title: t('It is still suspended'), message: wordsOf(error) }),
    onSettled: readAnew,
  });
  const name = `${of.serviceName} · ${of.productTierName}`;
  return (
    <>
      {of.status === 'SUSPENDED' ? (
        <GuardedButton why={why} loading={resume.isPending} onClick={() => resume.mutate()}>
          {t('Resume')}
        </GuardedButton>
      ) : (
        <GuardedButton variant="default" why={why} onClick={() => setOpen('suspend')}>
          {t('Suspend')}
        </GuardedButton>
      )}
      <GuardedButton variant="default" c="red" why={why ?? whyKept ?? hasInstances} onClick={() => setOpen('end')}>
        {t('End')}
      </GuardedButton>
      <Confirm
        opened={open === 'suspend'}
        onClose={close}
        title={t('Suspend {{name}}', { name })}
        action={t('Suspend the subscription')}
        failure={t('The subscription is not suspended')}
        submit={async () => {
          await client.suspendSubscription({ params });
          await readAnew();
        }}
      >
        <List size="sm">
          <List.Item>{t('Nothing new can be created with it.')}</List.Item>
          <List.Item>
            {t('Its {{count}} instances run on and can be changed.', {
              count: of.instanceCount,
              defaultValue_one: 'Its {{count}} instance runs on and can be changed.',
            })}
          </List.Item>
          <List.Item>{t('{{email}} is mailed. You can resume it at any time.', { email: of.rootUserEmail })}</List.Item>
        </List>
      </Confirm>
      <Confirm
        opened={open === 'end'}
        onClose={close}
        title={t('End {{name}}', { name })}
        action={t('End the subscription')}
        typed={of.id}
        failure={t('The subscription goes on')}
        submit={async () => {
          await client.terminateSubscription({ params });
          await readAnew();
        }}
      >
        <List size="sm">
          <List.Item>{t('All members lose it at once. It cannot be begun again; they may subscribe anew.')}</List.Item>
          <List.Item>{t('It is refused while it has instances or snapshots, which are named then.')}</List.Item>
          <List.Item>{t('{{email}} is mailed.', { email: of.rootUserEmail })}</List.Item>
        </List>
      </Confirm>
    </>
  );
}
