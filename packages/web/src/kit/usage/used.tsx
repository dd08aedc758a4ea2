/** What was used in a month, and what it costs: by instance, day, tag and the like. What is chosen stands in the address. */
import type { Client } from '@cellplane/api/client';
import { Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { client } from '../../app/client';
import { Failure } from '../failure';
import { Moment } from '../moment';
import { Empty } from '../page/empty';
import { Section } from '../page/section';
import { type Column, DataTable, useTableState } from '../table/data-table';
import { money } from './money';
import { daysOf, lastMonths, monthInWords } from './months';

export type UsedGroup = Awaited<ReturnType<Client['describeUsage']>>['groups'][number];

interface Props {
  /** What use can be summed up by: the first one is chosen. A tag can always be. */
  ways: readonly { by: 'instance' | 'day' | 'subscription' | 'plan' | 'customer'; label: string }[];
  /** What restricts it. */
  within?: Readonly<Record<string, string>>;
  /** How an instance is named. */
  instanceCell: (group: UsedGroup) => ReactNode;
}

const MONTHS = 12;
/** Hours that are shown as an amount. */
const LEAST = 0.01;
const TAG = 'tag:';

export function Used({ ways, within = {}, instanceCell }: Props) {
  const { search, change } = useTableState();
  const months = lastMonths(new Date(), MONTHS);
  const month = months.find((one) => one === search['month']) ?? months[0] ?? '';
  const way = search['by'] ?? ways[0]?.by ?? '';
  const tag = way.startsWith(TAG) ? way.slice(TAG.length) : undefined;
  const query = { ...within, ...daysOf(month), ...(tag === undefined ? { by: way } : { by: 'tag', tag }) };
  const found = useQuery({ queryKey: ['usage', query], queryFn: () => client.describeUsage({ query }) });
  const usage = found.data;
  const by = tag === undefined ? way : 'tag';
  const isPriced = usage?.total.cost !== undefined;
  return (
    <Section
      isBare
      title={t('Used')}
      about={
        usage?.countedUntil === undefined ? (
          t('What is reserved for instances, counted every few minutes.')
        ) : (
          <>
            {t('What is reserved for instances, counted until')} <Moment at={usage.countedUntil} />
          </>
        )
      }
      actions={
        <Group gap="xs">
          <Select
            aria-label={t('Month')}
            value={month}
            allowDeselect={false}
            w={180}
            onChange={(value) => change({ month: value === null || value === months[0] ? '' : value })}
            data={months.map((one) => ({ value: one, label: monthInWords(one) }))}
          />
          <Select
            aria-label={t('Summed up by')}
            value={way}
            allowDeselect={false}
            w={180}
            onChange={(value) => change({ by: value === null || value === ways[0]?.by ? '' : value })}
            data={[
              ...ways.map((one) => ({ value: one.by, label: one.label })),
              ...tagsOf(usage?.tagKeys ?? [], tag).map((key) => ({ value: `${TAG}${key}`, label: t('By tag {{key}}', { key }) })),
            ]}
          />
        </Group>
      }
    >
      {found.isError ? (
        <Failure title={t('What was used cannot be shown')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Stack gap="sm">
          {usage !== undefined && usage.groups.length > 0 && (
            <Text fw={600} size="lg">
              {isPriced ? t('{{money}} in {{month}}', { money: money(usage.total.cost ?? 0), month: monthInWords(month) }) : t('No prices')}
            </Text>
          )}
          <DataTable
            label={t('What was used')}
            columns={columnsOf(by, isPriced, instanceCell)}
            rows={usage?.groups}
            keyOf={({ key }) => key}
            empty={
              <Empty title={t('Nothing was used in {{month}}', { month: monthInWords(month) })}>
                {t('What the plan meters of an instance is shown here a few minutes after it runs.')}
              </Empty>
            }
          />
        </Stack>
      )}
    </Section>
  );
}

/** The one that is chosen is there even if nothing has it. */
function tagsOf(keys: readonly string[], chosen: string | undefined): string[] {
  return chosen === undefined || keys.includes(chosen) ? [...keys] : [...keys, chosen];
}

function columnsOf(by: string, isPriced: boolean, instanceCell: Props['instanceCell']): Column<UsedGroup>[] {
  const hours = (key: 'cpu' | 'memory' | 'storage' | 'replica', name: string): Column<UsedGroup> => ({
    key,
    name,
    align: 'right',
    sortBy: (group) => group[key],
    cell: (group) => amount(group[key]),
  });
  return [
    {
      key: 'what',
      name: headOf(by),
      sortBy: ({ name }) => name,
      cell: (group) =>
        by === 'instance' ? (
          instanceCell(group)
        ) : (
          <>
            <bdi style={{ overflowWrap: 'anywhere' }}>{nameOf(by, group)}</bdi>
            {group.service !== undefined && (
              <Text size="xs" c="dimmed">
                <bdi>{by === 'subscription' ? `${group.service} · ${group.plan ?? ''}` : group.service}</bdi>
              </Text>
            )}
          </>
        ),
    },
    ...(isPriced
      ? [
          {
            key: 'cost',
            name: t('Cost'),
            align: 'right' as const,
            sortBy: ({ cost }: UsedGroup) => cost ?? -1,
            cell: ({ cost }: UsedGroup) => (cost === undefined ? t('no price') : money(cost)),
          },
        ]
      : []),
    hours('cpu', t('CPU, core hours')),
    hours('memory', t('Memory, GiB hours')),
    hours('storage', t('Storage, GiB hours')),
    hours('replica', t('Replica hours')),
  ];
}

function headOf(by: string): string {
  const heads: Record<string, string> = {
    instance: t('Instance'),
    day: t('Day'),
    subscription: t('Subscription'),
    plan: t('Plan'),
    customer: t('Customer'),
  };
  return heads[by] ?? t('Value of the tag');
}

function nameOf(by: string, { key, name }: UsedGroup): string {
  if (by === 'tag' && key === '') return t('without this tag');
  return by === 'day'
    ? new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${key}T00:00:00Z`))
    : name;
}

/** What is not nothing is never shown as nothing. */
function amount(hours: number): string {
  const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
  return hours > 0 && hours < LEAST ? `< ${numbers.format(LEAST)}` : numbers.format(hours);
}
