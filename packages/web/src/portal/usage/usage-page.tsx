/** What the caller's instances have used, what it costs, and what of a subscription is left. Only what is counted: nothing here guesses a cost. */
import { Anchor, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { CountBar } from '../../kit/count-bar';
import { Failure } from '../../kit/failure';
import { type InstanceCounts, instanceCounts } from '../../kit/instances/instance-query';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { type Column, DataTable } from '../../kit/table/data-table';
import { Used, type UsedGroup } from '../../kit/usage/used';
import { priceLines } from '../catalogue/price';
import { catalogue, countBySubscription, type OwnSubscription, subscriptions } from '../own';
import { limitOf } from '../subscriptions/all-subscriptions';
import { Budgets } from './budgets';

interface Row {
  subscription: OwnSubscription;
  count: number;
  limit: number | undefined;
  prices: string[];
}

export function UsagePage() {
  const own = useQuery(subscriptions);
  const instances = useQuery(instanceCounts);
  const offered = useQuery(catalogue);
  const error = own.error ?? instances.error ?? offered.error;
  const isLoaded = own.data !== undefined && instances.data !== undefined && offered.data !== undefined;
  const counts = instances.data === undefined ? new Map<string, number>() : countBySubscription(instances.data);
  const plans = new Map((offered.data ?? []).flatMap(({ offerings }) => offerings).map((one) => [one.productTierID, one]));
  const rows = isLoaded
    ? own.data.map(
        (subscription): Row => ({
          subscription,
          count: counts.get(subscription.id) ?? 0,
          limit: limitOf(subscription),
          prices: priceLines(plans.get(subscription.productTierId)?.productTierPricing),
        }),
      )
    : undefined;
  return (
    <Stack gap="lg">
      <PageHead title={t('Usage')} facts={t('What your instances have used, what it costs, and how many you may have.')} />
      <Used
        ways={[
          { by: 'instance', label: t('By instance') },
          { by: 'subscription', label: t('By subscription') },
          { by: 'day', label: t('By day') },
        ]}
        instanceCell={instanceCell}
      />
      <Budgets />
      {error !== null ? (
        <Failure
          title={t('Usage cannot be shown')}
          error={error}
          retry={() => void Promise.all([own.refetch(), instances.refetch(), offered.refetch()])}
        />
      ) : (
        <DataTable
          label={t('Usage by subscription')}
          columns={columnsOf()}
          rows={rows}
          keyOf={({ subscription }) => subscription.id}
          empty={<Empty title={t('You have no subscriptions')}>{t('What is used of a subscription is shown here.')}</Empty>}
        />
      )}
      {isLoaded && instances.data.total > 0 && (
        <Section title={t('Instances by status')}>
          <ByStatus counts={instances.data.facets['status'] ?? []} />
        </Section>
      )}
    </Stack>
  );
}

/** One that is gone has no page. */
function instanceCell({ key, name, live, plan }: UsedGroup) {
  const shown = <bdi style={{ overflowWrap: 'anywhere' }}>{name}</bdi>;
  return (
    <>
      {live ? (
        <Anchor size="sm" renderRoot={(props) => <Link to="/instances/$instanceId" params={{ instanceId: key }} {...props} />}>
          {shown}
        </Anchor>
      ) : (
        shown
      )}
      <Text size="xs" c="dimmed">
        <bdi>{plan}</bdi>
        {!live && ` · ${t('deleted')}`}
      </Text>
    </>
  );
}

function columnsOf(): Column<Row>[] {
  return [
    {
      key: 'plan',
      name: t('Subscription'),
      sortBy: ({ subscription }) => `${subscription.serviceName} ${subscription.productTierName}`,
      cell: ({ subscription }) => (
        <div>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            <bdi>{subscription.productTierName}</bdi>
          </Text>
          <Text size="xs" c="dimmed">
            {subscription.serviceName} · {subscription.rootUserOrgName}
          </Text>
        </div>
      ),
    },
    {
      key: 'instances',
      name: t('Instances'),
      sortBy: ({ count }) => count,
      cell: ({ count, limit }) =>
        limit === undefined ? (
          <Text size="sm">{t('{{number}}, no limit', { number: count })}</Text>
        ) : (
          <div style={{ minWidth: 120 }}>
            <Text size="sm">{t('{{number}} of {{limit}}', { number: count, limit })}</Text>
            <Progress
              value={limit === 0 ? 100 : Math.min(100, (100 * count) / limit)}
              size="sm"
              aria-label={t('Part of the limit that is used')}
            />
          </div>
        ),
    },
    {
      key: 'price',
      name: t('List price'),
      cell: ({ prices }) =>
        prices.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('not stated')}
          </Text>
        ) : (
          prices.map((line) => (
            <Text key={line} size="sm">
              {line}
            </Text>
          ))
        ),
    },
  ];
}

function ByStatus({ counts }: { counts: InstanceCounts['facets'][string] }) {
  return (
    <CountBar
      counts={Object.fromEntries((counts ?? []).map(({ value, count }) => [value, count]))}
      as={(status, content) => (
        <Anchor inherit c="inherit" renderRoot={(props) => <Link to="/instances" search={{ status } as never} {...props} />}>
          {content}
        </Anchor>
      )}
    />
  );
}
