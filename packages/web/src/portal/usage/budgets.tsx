/** What a month may cost: each budget with what is spent of it, what is expected, and what was told. */
import type { Client } from '@cellplane/api/client';
import { percentSpent } from '@cellplane/plan/price';
import { Group, Menu, Progress, Text } from '@mantine/core';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { GuardedButton, GuardedItem } from '../../kit/access/guarded';
import { useMayAny } from '../../kit/access/use-may';
import { Failure } from '../../kit/failure';
import { MoreButton } from '../../kit/more';
import { Confirm } from '../../kit/page/confirm';
import { Empty } from '../../kit/page/empty';
import { Section } from '../../kit/page/section';
import { Mark } from '../../kit/status';
import { type Column, DataTable } from '../../kit/table/data-table';
import { money } from '../../kit/usage/money';
import { subscriptions as subscriptionsQuery } from '../own';
import { BudgetForm } from './budget-form';

export type Budget = Awaited<ReturnType<Client['describeBudget']>>;

const budgets = queryOptions({ queryKey: ['budgets'], queryFn: async () => (await client.listBudgets({ query: {} })).budgets });

interface Row {
  budget: Budget;
  /** Why it cannot be changed. */
  why: string | undefined;
}

export function Budgets() {
  const found = useQuery(budgets);
  const own = useQuery(subscriptionsQuery);
  const mayAny = useMayAny();
  const queries = useQueryClient();
  const [open, setOpen] = useState<'new' | Budget>();
  const [deleting, setDeleting] = useState<Budget>();
  const usable = (own.data ?? []).filter(({ id }) => mayAny('createBudget', id).may);
  const why = usable.length > 0 ? undefined : (mayAny('createBudget').why ?? t('You have no subscription.'));
  const rows = found.data?.map((budget): Row => ({ budget, why: mayAny('updateBudget', budget.subscriptionId).why }));
  return (
    <Section
      isBare
      title={t('Budgets')}
      about={t('What a month may cost. The members of the subscription are mailed when a part of it is spent; nothing is stopped.')}
      actions={
        <GuardedButton variant="default" why={own.data === undefined ? undefined : why} onClick={() => setOpen('new')}>
          {t('New budget')}
        </GuardedButton>
      }
    >
      {found.isError ? (
        <Failure title={t('Budgets cannot be shown')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <DataTable
          label={t('Budgets')}
          columns={columnsOf({ onChange: setOpen, onDelete: setDeleting })}
          rows={rows}
          keyOf={({ budget }) => budget.id}
          empty={
            <Empty title={t('There are no budgets')}>{t('With a budget you hear of it before a month costs more than you want.')}</Empty>
          }
        />
      )}
      <BudgetForm
        of={open}
        subscriptions={usable}
        onClose={() => setOpen(undefined)}
        onDone={async () => {
          await queries.invalidateQueries({ queryKey: ['budgets'] });
          setOpen(undefined);
        }}
      />
      {deleting !== undefined && (
        <Confirm
          opened
          onClose={() => setDeleting(undefined)}
          title={t('Delete budget {{name}}', { name: deleting.name })}
          action={t('Delete the budget')}
          failure={t('It is not deleted')}
          submit={async () => {
            await client.deleteBudget({ params: { id: deleting.id } });
            await queries.invalidateQueries({ queryKey: ['budgets'] });
          }}
        >
          {t('Nobody is told any more what is spent of it. Usage and cost stay as they are.')}
        </Confirm>
      )}
    </Section>
  );
}

function columnsOf({ onChange, onDelete }: { onChange: (of: Budget) => void; onDelete: (of: Budget) => void }): Column<Row>[] {
  return [
    {
      key: 'name',
      name: t('Budget'),
      sortBy: ({ budget }) => budget.name,
      cell: ({ budget }) => (
        <div style={{ minWidth: 0 }}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            <bdi>{budget.name}</bdi>
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            <bdi>{budget.productTierName}</bdi>
            {budget.tag !== undefined && (
              <>
                {' · '}
                <bdi>{`${budget.tag.key}=${budget.tag.value}`}</bdi>
              </>
            )}
          </Text>
        </div>
      ),
    },
    {
      key: 'spent',
      name: t('Spent this month'),
      sortBy: ({ budget }) => partOf(budget) ?? -1,
      cell: ({ budget }) => <Spent of={budget} />,
    },
    {
      key: 'expected',
      name: t('Expected'),
      align: 'right',
      sortBy: ({ budget }) => budget.month.expected ?? -1,
      cell: ({ budget: { amount, month } }) =>
        month.expected === undefined ? (
          <Text size="sm" c="dimmed">
            {t('not known yet')}
          </Text>
        ) : month.expected > amount ? (
          <Group gap={6} wrap="nowrap" justify="flex-end" component="span">
            <Mark tone="bad" />
            <span>{t('{{expected}}, more than planned', { expected: money(month.expected) })}</span>
          </Group>
        ) : (
          money(month.expected)
        ),
    },
    {
      key: 'alerts',
      name: t('Mails at'),
      cell: ({ budget }) => <Text size="sm">{alertsInWords(budget)}</Text>,
    },
    {
      key: 'actions',
      name: '',
      align: 'right',
      cell: ({ budget, why }) => (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <MoreButton aria-label={t('Actions of {{name}}', { name: budget.name })} />
          </Menu.Target>
          <Menu.Dropdown>
            <GuardedItem why={why} onClick={() => onChange(budget)}>
              {t('Change')}
            </GuardedItem>
            <GuardedItem why={why} color="red" onClick={() => onDelete(budget)}>
              {t('Delete')}
            </GuardedItem>
          </Menu.Dropdown>
        </Menu>
      ),
    },
  ];
}

function Spent({ of }: { of: Budget }) {
  const part = partOf(of);
  if (part === undefined)
    return (
      <Text size="sm" c="dimmed">
        {t('{{amount}} planned; nothing that was used has a price', { amount: money(of.amount) })}
      </Text>
    );
  return (
    <div style={{ minWidth: 140 }}>
      <Text size="sm">
        {t('{{spent}} of {{amount}} ({{part}} %)', { spent: money(of.month.spent ?? 0), amount: money(of.amount), part })}
      </Text>
      <Progress
        value={Math.min(100, part)}
        size="sm"
        color={part >= 100 ? 'red' : part >= 80 ? 'yellow' : undefined}
        aria-label={t('Part of the budget {{name}} that is spent', { name: of.name })}
      />
    </div>
  );
}

/** Per cent of the amount that is spent, never rounded up. */
function partOf({ amount, month: { spent } }: Budget): number | undefined {
  return spent === undefined ? undefined : percentSpent(spent, amount);
}

/** Those that were told have a tick. */
function alertsInWords({ alertPercents, alertExpected, month }: Budget): string {
  const told = new Set(month.alerts.map(({ isExpected, percent }) => (isExpected ? 'expected' : percent)));
  const words = alertPercents.map((percent) => (told.has(percent) ? t('{{percent}} % ✓', { percent }) : t('{{percent}} %', { percent })));
  if (alertExpected) words.push(told.has('expected') ? t('more expected ✓') : t('more expected'));
  return words.length === 0 ? t('no mails') : new Intl.ListFormat(undefined, { type: 'unit' }).format(words);
}
