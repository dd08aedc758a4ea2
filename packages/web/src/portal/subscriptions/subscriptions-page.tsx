/** What the caller has subscribed to, and has asked for. */
import { Anchor, Button, Menu, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { GuardedItem } from '../../kit/access/guarded';
import { useMayAny } from '../../kit/access/use-may';
import { roleName } from '../../kit/access/words';
import { Copyable } from '../../kit/copy';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { MoreButton } from '../../kit/more';
import { instanceCounts } from '../../kit/instances/instance-query';
import { Confirm } from '../../kit/page/confirm';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { inWords } from '../../kit/code-words';
import { Status } from '../../kit/status';
import { type Column, DataTable, useTableState } from '../../kit/table/data-table';
import { countBySubscription, type OwnSubscription } from '../own';
import { allSubscriptions, limitOf, ownRequests, type SubscriptionRequest } from './all-subscriptions';

interface Row {
  subscription: OwnSubscription;
  /** Undefined while they are counted. */
  instances: number | undefined;
  /** Why it cannot be ended. */
  whyNotEnd: string | undefined;
}

const isLive = ({ status }: OwnSubscription) => status === 'ACTIVE' || status === 'SUSPENDED';

export function SubscriptionsPage() {
  const all = useQuery(allSubscriptions);
  const instances = useQuery(instanceCounts);
  const mayAny = useMayAny();
  const queries = useQueryClient();
  const state = useTableState({ name: 'subscriptions' });
  const [ending, setEnding] = useState<OwnSubscription>();
  const counts = instances.data === undefined ? undefined : countBySubscription(instances.data);
  const rows = all.data?.map((subscription): Row => {
    const count = counts === undefined ? undefined : (counts.get(subscription.id) ?? 0);
    const may = mayAny('customerUnsubscribe', subscription.id);
    return { subscription, instances: count, whyNotEnd: whyNotEnd(subscription, count, may.may ? undefined : may.why) };
  });
  return (
    <Stack gap="lg">
      <PageHead title={t('Subscriptions')} facts={t('Each is the right to have instances of one plan.')}>
        <Button renderRoot={(props) => <Link to="/catalogue" {...props} />}>{t('Open the catalogue')}</Button>
      </PageHead>
      {all.isError ? (
        <Failure title={t('Your subscriptions cannot be shown')} error={all.error} retry={() => void all.refetch()} />
      ) : (
        <DataTable
          label={t('Subscriptions')}
          columns={columnsOf(setEnding)}
          rows={rows}
          keyOf={({ subscription }) => subscription.id}
          state={state}
          searchText={({ subscription: one }) => `${one.id} ${one.serviceName} ${one.productTierName} ${one.rootUserOrgName}`}
          filters={[
            { key: 'status', name: t('Status'), valuesOf: ({ subscription }) => subscription.status, options: statuses() },
            { key: 'product', name: t('Product'), valuesOf: ({ subscription }) => subscription.serviceName },
            { key: 'role', name: t('Your role'), valuesOf: ({ subscription }) => subscription.roleType },
          ]}
          empty={
            <Empty
              title={t('You have no subscriptions')}
              action={<Button renderRoot={(props) => <Link to="/catalogue" {...props} />}>{t('Open the catalogue')}</Button>}
            >
              {t('Choose a plan in the catalogue; or ask a colleague to invite you into theirs.')}
            </Empty>
          }
        />
      )}
      <Requests />
      <Confirm
        opened={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title={t('End the subscription of {{plan}}', { plan: ending?.productTierName ?? '' })}
        action={t('End the subscription')}
        typed={ending?.productTierName ?? ''}
        failure={t('It has not ended')}
        submit={() => client.customerUnsubscribe({ params: { id: ending?.id ?? '' } })}
        onDone={() => {
          setEnding(undefined);
          void queries.invalidateQueries({ queryKey: ['subscriptions'] });
        }}
      >
        <Text>
          {t(
            'All members lose their access, and no instance can be made of it. It is refused while it has instances or snapshots. To have the plan again, subscribe again: at the price and limits of that day.',
          )}
        </Text>
      </Confirm>
    </Stack>
  );
}

function statuses() {
  return ['ACTIVE', 'SUSPENDED', 'TERMINATED', 'CANCELLED'].map((value) => ({ value, label: inWords(value) }));
}

function whyNotEnd(subscription: OwnSubscription, instances: number | undefined, refusal: string | undefined): string | undefined {
  if (!isLive(subscription)) return t('It has ended already.');
  if (subscription.defaultSubscription) return t('It is the provider’s own, and goes with its plan.');
  if (refusal !== undefined) return refusal;
  return instances !== undefined && instances > 0
    ? t('It has {{count}} instances: delete them first.', {
        count: instances,
        defaultValue_one: 'It has {{count}} instance: delete it first.',
      })
    : undefined;
}

function columnsOf(onEnd: (subscription: OwnSubscription) => void): Column<Row>[] {
  return [
    {
      key: 'plan',
      name: t('Plan'),
      sortBy: ({ subscription }) => `${subscription.serviceName} ${subscription.productTierName}`,
      cell: ({ subscription }) => (
        <div style={{ minWidth: 0 }}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            <bdi>{subscription.productTierName}</bdi>
          </Text>
          <Text size="xs" c="dimmed" component="div">
            {subscription.serviceName} · <Copyable text={subscription.id} label={t('the id')} />
          </Text>
        </div>
      ),
    },
    {
      key: 'status',
      name: t('Status'),
      sortBy: ({ subscription }) => subscription.status,
      cell: ({ subscription }) => <Status of={subscription.status} />,
    },
    {
      key: 'role',
      name: t('Your role'),
      sortBy: ({ subscription }) => subscription.roleType,
      cell: ({ subscription }) => roleName(subscription.roleType),
    },
    {
      key: 'instances',
      name: t('Instances'),
      sortBy: ({ instances }) => instances ?? 0,
      cell: ({ subscription, instances }) => {
        const limit = limitOf(subscription);
        return (
          <Text size="sm">
            {limit === undefined
              ? t('{{number}}, no limit', { number: instances ?? '…' })
              : t('{{number}} of {{limit}}', { number: instances ?? '…', limit })}
          </Text>
        );
      },
    },
    {
      key: 'owner',
      name: t('Belongs to'),
      sortBy: ({ subscription }) => subscription.rootUserOrgName,
      cell: ({ subscription }) => (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {subscription.rootUserOrgName}
        </Text>
      ),
    },
    {
      key: 'since',
      name: t('Since'),
      sortBy: ({ subscription }) => subscription.createdAt,
      cell: ({ subscription }) => <Moment at={subscription.createdAt} />,
    },
    { key: 'actions', name: t('Actions'), align: 'right', cell: (row) => <Actions row={row} onEnd={onEnd} /> },
  ];
}

function Actions({ row: { subscription, whyNotEnd: why }, onEnd }: { row: Row; onEnd: (subscription: OwnSubscription) => void }) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <MoreButton aria-label={t('Actions of {{name}}', { name: subscription.productTierName })} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item renderRoot={(props) => <Link to="/team" search={{ subscription: subscription.id } as never} {...props} />}>
          {t('Members')}
        </Menu.Item>
        <GuardedItem why={why} color="red" onClick={() => onEnd(subscription)}>
          {t('End the subscription')}
        </GuardedItem>
      </Menu.Dropdown>
    </Menu>
  );
}

/** What was asked for: those that wait first. */
function Requests() {
  const asked = useQuery(ownRequests);
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: (id: string) => client.customerCancelSubscriptionRequest({ params: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['subscriptions'] }),
  });
  if (asked.isError) return <Failure title={t('Your requests cannot be shown')} error={asked.error} retry={() => void asked.refetch()} />;
  if (asked.data === undefined || asked.data.length === 0) return null;
  const columns: Column<SubscriptionRequest>[] = [
    {
      key: 'plan',
      name: t('Plan'),
      cell: ({ productTierName, serviceName, message }) => (
        <div>
          <Text fw={600}>{productTierName}</Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {serviceName}
            {message !== '' && ` · “${message}”`}
          </Text>
        </div>
      ),
    },
    {
      key: 'status',
      name: t('Status'),
      cell: ({ status }) => <Status of={status} word={requestWords(status)} />,
      sortBy: ({ status }) => status,
    },
    { key: 'asked', name: t('Asked'), cell: ({ createdAt }) => <Moment at={createdAt} />, sortBy: ({ createdAt }) => createdAt },
    {
      key: 'answered',
      name: t('Answered'),
      cell: ({ status, updatedAt }) =>
        status === 'PENDING' ? (
          <Text size="sm" c="dimmed">
            {t('not yet')}
          </Text>
        ) : (
          <Moment at={updatedAt} />
        ),
    },
    {
      key: 'actions',
      name: t('Actions'),
      align: 'right',
      cell: ({ id, status, productTierName }) =>
        status === 'PENDING' && (
          <Button
            size="xs"
            variant="default"
            loading={cancel.isPending && cancel.variables === id}
            onClick={() => cancel.mutate(id)}
            aria-label={t('Take it back: the request for {{plan}}', { plan: productTierName })}
          >
            {t('Take it back')}
          </Button>
        ),
    },
  ];
  return (
    <Section isBare title={t('Requests')} about={t('Plans that need the provider’s approval.')}>
      {cancel.isError && <Failure title={t('The request stays')} error={cancel.error} />}
      <DataTable label={t('Requests')} columns={columns} rows={asked.data} keyOf={({ id }) => id} empty={null} />
      <Text size="sm" mt="xs">
        <Anchor size="sm" renderRoot={(props) => <Link to="/catalogue" {...props} />}>
          {t('Ask for another plan in the catalogue')}
        </Anchor>
      </Text>
    </Section>
  );
}

function requestWords(status: string): string {
  const words: Record<string, string> = {
    PENDING: t('Waits for the provider'),
    APPROVED: t('Approved'),
    DENIED: t('Denied'),
    CANCELLED: t('Taken back'),
  };
  return words[status] ?? inWords(status);
}
