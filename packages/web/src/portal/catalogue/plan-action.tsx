/** The one thing to do about a plan: subscribe, ask, wait, or create an instance; and why not. */
import { Button, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { instanceCounts } from '../../kit/instances/instance-query';
import { useState } from 'react';
import { client } from '../../app/client';
import { GuardedButton } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { roleName } from '../../kit/access/words';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { countBySubscription, type Offered, type Offering, type OwnSubscription, subscriptions } from '../own';
import { limitOf, ownRequests } from '../subscriptions/all-subscriptions';
import { AskForPlan } from './ask-form';

export function PlanAction({ service, offering }: { service: Offered; offering: Offering }) {
  const own = useQuery(subscriptions);
  const asked = useQuery(ownRequests);
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const readAnew = () => queries.invalidateQueries({ queryKey: ['subscriptions'] });
  const subscribe = useMutation({
    mutationFn: () => client.customerSubscribe({ body: { serviceId: service.serviceId, productTierId: offering.productTierID } }),
    onSuccess: readAnew,
  });
  const cancel = useMutation({
    mutationFn: (id: string) => client.customerCancelSubscriptionRequest({ params: { id } }),
    onSuccess: readAnew,
  });
  const mine = own.data?.filter(({ productTierId }) => productTierId === offering.productTierID) ?? [];
  const pending = asked.data?.find(({ productTierId, status }) => productTierId === offering.productTierID && status === 'PENDING');
  // The one that something can be made of; else the first says why not.
  const subscription = mine.find(({ status, roleType }) => status === 'ACTIVE' && roleType !== 'reader') ?? mine[0];
  if (subscription !== undefined) return <Subscribed subscription={subscription} offering={offering} />;
  if (pending !== undefined)
    return (
      <Stack gap="xs">
        {cancel.isError && <Failure title={t('The request stays')} error={cancel.error} />}
        <Text size="sm" c="dimmed" role="status">
          {t('Asked')} <Moment at={pending.createdAt} />. {t('The provider decides.')}
        </Text>
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate(pending.id)}>
          {t('Take the request back')}
        </Button>
      </Stack>
    );
  return (
    <>
      {subscribe.isError && <Failure title={t('You are not subscribed')} error={subscribe.error} />}
      {offering.AutoApproveSubscription ? (
        <Button variant="default" loading={subscribe.isPending || own.isPending} onClick={() => subscribe.mutate()}>
          {t('Subscribe')}
        </Button>
      ) : (
        <Button variant="default" loading={own.isPending || asked.isPending} onClick={() => setAsking(true)}>
          {t('Ask for a subscription')}
        </Button>
      )}
      <AskForPlan opened={isAsking} onClose={() => setAsking(false)} service={service} offering={offering} />
    </>
  );
}

function Subscribed({ subscription: one, offering }: { subscription: OwnSubscription; offering: Offering }) {
  const instances = useQuery(instanceCounts);
  const { may, why } = useMay('customerCreateInstance', one.id);
  const count = instances.data === undefined ? undefined : (countBySubscription(instances.data).get(one.id) ?? 0);
  const limit = limitOf(one);
  const reason = whyNotCreate(one, { count, limit, refusal: may ? undefined : why });
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('Subscribed, as {{role}}', { role: roleName(one.roleType) })}
        {count !== undefined && (
          <>
            {' · '}
            {limit === undefined
              ? t('{{count}} instances', { count, defaultValue_one: '{{count}} instance' })
              : t('{{count}} of {{limit}} instances', { count, limit })}
          </>
        )}
      </Text>
      {reason === undefined ? (
        <Button renderRoot={(props) => <Link to="/create/$planId" params={{ planId: offering.productTierID }} {...props} />}>
          {t('Create an instance')}
        </Button>
      ) : (
        <GuardedButton why={reason}>{t('Create an instance')}</GuardedButton>
      )}
    </Stack>
  );
}

function whyNotCreate(
  { status }: OwnSubscription,
  { count, limit, refusal }: { count: number | undefined; limit: number | undefined; refusal: string | undefined },
): string | undefined {
  if (status === 'SUSPENDED') return t('The provider has suspended the subscription: what runs goes on, and nothing new is made.');
  if (refusal !== undefined) return refusal;
  if (limit !== undefined && count !== undefined && count >= limit)
    return t('The subscription may have {{limit}} instances, and has them. Delete one, or ask the provider for more.', { limit });
  return undefined;
}
