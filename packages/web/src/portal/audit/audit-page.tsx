/** Who did what in the caller's subscriptions, and what came of it. Filters stand in the address; older events are loaded as one scrolls. */
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { whatWasDone } from '../../kit/audit-message';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { type Column, DataTable, type TableFilter, useTableState } from '../../kit/table/data-table';
import { instanceNames, type OwnSubscription, subscriptions } from '../own';
import { type AuditEvent, useAuditEvents } from './audit';
import { EventDetails } from './event-details';
import { Outcome } from './outcome';

/** As high as a finger has to find it. */
const TARGET = { overflowWrap: 'anywhere', display: 'inline-block', minHeight: 24, lineHeight: '24px' } as const;

export function AuditPage() {
  const state = useTableState({ name: 'audit' });
  const list = useAuditEvents(state.search);
  const own = useQuery(subscriptions);
  const names = useQuery(instanceNames).data;
  const opened = list.rows?.find(({ id }) => id === state.search['event']);
  const products = new Map((own.data ?? []).map(({ serviceId, serviceName }) => [serviceId, serviceName]));
  const filters: TableFilter<AuditEvent>[] = [
    { key: 'time', name: t('Time'), kind: 'dates' },
    {
      key: 'source',
      name: t('By'),
      options: [
        { value: 'Customer', label: t('People of your side') },
        { value: 'Infra', label: t('Ends of operations that your side began') },
        { value: 'Maintenance', label: t('The provider and the platform') },
      ],
    },
    { key: 'instance', name: t('Instance'), kind: 'text', hint: t('its id') },
    {
      key: 'subscription',
      name: t('Subscription'),
      options: (own.data ?? []).map((one) => ({ value: one.id, label: `${one.serviceName} · ${one.productTierName}` })),
    },
    { key: 'product', name: t('Product'), options: [...products].map(([value, label]) => ({ value, label })), isRare: true },
  ];
  return (
    <Stack gap="lg">
      <PageHead title={t('Audit log')} facts={t('Every change in your subscriptions, and every refused one. Reads leave no event.')} />
      {list.error !== null ? (
        <Failure title={t('The audit log cannot be shown')} error={list.error} retry={list.retry} />
      ) : (
        <DataTable
          label={t('Audit events')}
          columns={columnsOf((id) => state.change({ event: id }), own.data ?? [], names)}
          rows={list.rows}
          keyOf={({ id }) => id}
          state={state}
          filters={filters}
          sortedBy={[]}
          more={list.more}
          empty={
            <Empty title={t('Nothing has happened yet')}>
              {t('Creates, changes, invitations and refusals in your subscriptions are listed here.')}
            </Empty>
          }
        />
      )}
      <EventDetails event={opened} onClose={() => state.change({ event: '' })} />
    </Stack>
  );
}

function columnsOf(
  onOpen: (id: string) => void,
  own: readonly OwnSubscription[],
  names: ReadonlyMap<string, string> | undefined,
): Column<AuditEvent>[] {
  const plans = new Map(own.map((one) => [one.id, one.productTierName]));
  return [
    {
      key: 'what',
      name: t('What'),
      cell: ({ id, message, resourceInstanceId, instanceName, instanceDeletedAt }) => (
        <Group gap="0 8px" miw={0}>
          <Anchor component="button" type="button" ta="start" size="sm" onClick={() => onOpen(id)} style={TARGET}>
            {whatWasDone(message, resourceInstanceId)}
          </Anchor>
          {resourceInstanceId !== '' && (
            <Anchor
              size="sm"
              c="dimmed"
              title={resourceInstanceId}
              style={TARGET}
              {...((names?.get(resourceInstanceId) ?? instanceName) === undefined ? { className: 'mono' } : {})}
              renderRoot={(props) => <Link to="/instances/$instanceId" params={{ instanceId: resourceInstanceId }} {...props} />}
            >
              <bdi>{names?.get(resourceInstanceId) ?? instanceName ?? resourceInstanceId}</bdi>
            </Anchor>
          )}
          {instanceDeletedAt !== undefined && (
            <Text span size="xs" c="dimmed" style={TARGET}>
              {t('deleted')}
            </Text>
          )}
        </Group>
      ),
    },
    { key: 'outcome', name: t('Outcome'), cell: (event) => <Outcome event={event} /> },
    {
      key: 'who',
      name: t('Who'),
      cell: ({ userName, orgName }) => (
        <div>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            <bdi style={{ whiteSpace: userName === undefined ? 'nowrap' : undefined }}>{userName ?? t('the platform')}</bdi>
          </Text>
          {orgName !== undefined && (
            <Text size="xs" c="dimmed">
              {orgName}
            </Text>
          )}
        </div>
      ),
    },
    { key: 'plan', name: t('Plan'), cell: ({ servicePlanName, subscriptionId }) => servicePlanName || (plans.get(subscriptionId) ?? '') },
    { key: 'when', name: t('When'), cell: ({ time }) => <Moment at={time} /> },
  ];
}
