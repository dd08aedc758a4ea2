/** A table of subscriptions: all, or those of one customer. */
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Status } from '../../kit/status';
import { type Column, DataTable, type TableFilter, type TableState } from '../../kit/table/data-table';
import { limitWords } from './limit';
import { type ListedSubscription, type SubscriptionSearch, useSubscriptions } from './subscriptions';

interface Props {
  query: SubscriptionSearch;
  /** Given where the table is searched and filtered. */
  state?: TableState;
  filters?: TableFilter<ListedSubscription>[];
  /** Columns that say nothing here. */
  without?: readonly string[];
  empty: ReactNode;
}

export function SubscriptionTable({ query, state, filters, without = [], empty }: Props) {
  const subscriptions = useSubscriptions(query);
  if (subscriptions.error !== null)
    return <Failure title={t('The subscriptions cannot be shown')} error={subscriptions.error} retry={subscriptions.retry} />;
  return (
    <DataTable
      label={t('Subscriptions')}
      columns={columns().filter(({ key }) => !without.includes(key))}
      rows={subscriptions.rows}
      keyOf={({ id }) => id}
      sortedBy={[]}
      more={subscriptions.more}
      empty={empty}
      {...(state === undefined ? {} : { state, searchHint: t('Search id, plan, organization or address') })}
      {...(filters === undefined ? {} : { filters })}
    />
  );
}

function columns(): Column<ListedSubscription>[] {
  return [
    {
      key: 'subscription',
      name: t('Plan'),
      cell: ({ id, serviceName, productTierName }) => (
        <>
          <Anchor
            size="sm"
            fw={600}
            renderRoot={(props) => <Link to="/console/subscriptions/$subscriptionId" params={{ subscriptionId: id }} {...props} />}
          >
            {serviceName} · {productTierName}
          </Anchor>
          <Text size="xs" c="dimmed" className="mono">
            {id}
          </Text>
        </>
      ),
    },
    {
      key: 'customer',
      name: t('Customer'),
      cell: ({ rootUserOrgName, rootUserEmail }) => (
        <>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            <bdi>{rootUserOrgName}</bdi>
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {rootUserEmail}
          </Text>
        </>
      ),
    },
    { key: 'environment', name: t('Environment'), cell: ({ environmentName }) => environmentName },
    { key: 'status', name: t('Status'), cell: ({ status }) => <Status of={status} /> },
    { key: 'instances', name: t('Instances'), align: 'right', cell: (one) => limitWords(one) },
    { key: 'members', name: t('Members'), align: 'right', cell: ({ userCount }) => String(userCount) },
    { key: 'since', name: t('Since'), cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
}
