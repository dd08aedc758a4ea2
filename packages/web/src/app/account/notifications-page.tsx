/** What a customer is mailed of what happens to their instances. Each switch is saved at once, and can be undone. */
import { Badge, Button, Group, NativeSelect, Stack, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useRef } from 'react';
import { Failure } from '../../kit/failure';
import { Empty } from '../../kit/page/empty';
import { Section } from '../../kit/page/section';
import { type Column, DataTable } from '../../kit/table/data-table';
import { client } from '../client';
import { person as personQuery } from '../session/signed-in';
import { categoryWords, type Preference, type Preferences, preferencesFor, whyFixed } from './preferences';

/** How long a change can be undone from the message about it. Milliseconds. */
const UNDONE_MS = 10_000;

export function NotificationsPage() {
  const { data: person } = useSuspenseQuery(personQuery);
  if (person.kind === 'customer') return <CustomerPreferences email={person.email} />;
  return (
    <Empty
      title={t('These mails are for customers')}
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/console/notifications" {...props} />}>
          {t('Open the channels')}
        </Button>
      }
    >
      {t('What happens in the fleet is told by notification channels: e-mail, webhooks, Slack, PagerDuty.')}
    </Empty>
  );
}

function CustomerPreferences({ email }: { email: string }) {
  const { subscription } = useSearch({ strict: false });
  const list = useQuery(preferencesFor(subscription));
  const change = useChange(subscription);
  const columns: Column<Preference>[] = [
    { key: 'what', name: t('About'), cell: (row) => <About of={row} /> },
    {
      key: 'mails',
      name: t('E-mail'),
      align: 'right',
      width: subscription === undefined ? 120 : 260,
      cell: (row) => <Choice of={row} subscription={subscription} onChange={(to) => change.mutate({ of: row, to })} />,
    },
  ];
  return (
    <Section
      isBare
      title={t('Notifications')}
      about={t('Mails to {{email}} about the instances that you may see. A change is saved at once.', { email })}
    >
      <Stack gap="sm">
        <ScopeChoice subscription={subscription} />
        {change.isError && <Failure title={t('Nothing was changed')} error={change.error} />}
        {list.isError ? (
          <Failure title={t('Your notifications cannot be shown')} error={list.error} retry={() => void list.refetch()} />
        ) : (
          <DataTable
            label={t('Your notifications')}
            columns={columns}
            rows={list.data?.preferences}
            keyOf={({ category }) => category}
            empty={<Text c="dimmed">{t('There are none.')}</Text>}
          />
        )}
      </Stack>
    </Section>
  );
}

/** For all subscriptions, or for one. Nothing to choose where there is one only. */
function ScopeChoice({ subscription }: { subscription: string | undefined }) {
  const navigate = useNavigate();
  const own = useQuery({
    queryKey: ['subscriptions', 'of-mails'],
    queryFn: async () => (await client.customerListSubscriptions({ query: {} })).subscriptions,
  });
  const choices = (own.data ?? []).map(({ id, serviceName, productTierName }) => ({
    value: id,
    label: `${serviceName} · ${productTierName} (${id})`,
  }));
  if (choices.length < 2 && subscription === undefined) return null;
  const unknown = subscription !== undefined && !choices.some(({ value }) => value === subscription);
  return (
    <NativeSelect
      label={t('For')}
      description={
        subscription === undefined
          ? t('What you set here counts for every subscription for which you set nothing else.')
          : t('What you set here counts for this subscription alone. What you do not set follows all subscriptions.')
      }
      maw={480}
      value={subscription ?? ''}
      data={[{ value: '', label: t('All subscriptions') }, ...choices, ...(unknown ? [{ value: subscription, label: subscription }] : [])]}
      onChange={({ currentTarget: { value } }) =>
        void navigate({ to: '/account/notifications', search: value === '' ? {} : { subscription: value } })
      }
    />
  );
}

function About({ of }: { of: Preference }) {
  const { name, about } = categoryWords(of.category);
  return (
    <div>
      <Text fw={600}>{name}</Text>
      <Text size="sm" c="dimmed" id={`about-${of.category}`} style={{ whiteSpace: 'normal' }}>
        {about}
        {of.fixed && ` ${whyFixed(of)}`}
      </Text>
    </div>
  );
}

interface ChoiceProps {
  of: Preference;
  subscription: string | undefined;
  /** Undefined: what is set for all subscriptions counts. */
  onChange: (to: boolean | undefined) => void;
}

function Choice({ of, subscription, onChange }: ChoiceProps) {
  const toggle = useRef<HTMLInputElement>(null);
  if (of.fixed)
    return (
      <Badge variant="light" color="gray" tt="none">
        {t('always on')}
      </Badge>
    );
  const isOfThis = of.setFor === 'SUBSCRIPTION';
  return (
    <Group gap="sm" justify="flex-end" wrap="nowrap">
      {subscription !== undefined && !isOfThis && (
        <Text size="sm" c="dimmed">
          {t('follows all')}
        </Text>
      )}
      {subscription !== undefined && isOfThis && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('Follow all subscriptions: {{what}}', { what: categoryWords(of.category).name })}
          onClick={() => {
            // The button goes: the focus stays in its row.
            toggle.current?.focus();
            onChange(undefined);
          }}
        >
          {t('Follow all')}
        </Button>
      )}
      <Switch
        ref={toggle}
        aria-label={t('Mails about {{what}}', { what: categoryWords(of.category).name })}
        aria-describedby={`about-${of.category}`}
        checked={of.email}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </Group>
  );
}

interface Change {
  of: Preference;
  to: boolean | undefined;
  isUndo?: boolean;
}

/** Saves a switch. It is shown at once, and taken back if the server refuses. */
function useChange(subscription: string | undefined) {
  const queries = useQueryClient();
  const { queryKey } = preferencesFor(subscription);
  const change = useMutation({
    mutationFn: ({ of: { category }, to }: Change) => {
      const of = subscription === undefined ? {} : { subscriptionId: subscription };
      return to === undefined
        ? client.resetNotificationPreference({ params: { category }, query: of })
        : client.setNotificationPreference({ params: { category }, body: { email: to, ...of } });
    },
    onMutate: async ({ of: { category }, to }: Change) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData<Preferences>(queryKey);
      if (before !== undefined && to !== undefined)
        queries.setQueryData<Preferences>(queryKey, {
          ...before,
          preferences: before.preferences.map((one) => (one.category === category ? { ...one, email: to } : one)),
        });
      return { before };
    },
    onError: (_error, _change, context) => queries.setQueryData(queryKey, context?.before),
    onSuccess: (answer, { of, isUndo }) => {
      queries.setQueryData(queryKey, answer);
      if (isUndo !== true) offerUndo(answer, of, () => change.mutate({ of, to: saidBefore(of, subscription), isUndo: true }));
    },
    // What is said for all subscriptions counts for single ones.
    onSettled: () => void queries.invalidateQueries({ queryKey: ['person', 'mails'] }),
  });
  return change;
}

/** What had been said here; undefined: nothing. */
function saidBefore({ setFor, email }: Preference, subscription: string | undefined): boolean | undefined {
  return setFor === (subscription === undefined ? 'ALL' : 'SUBSCRIPTION') ? email : undefined;
}

function offerUndo({ preferences }: Preferences, { category }: Preference, undo: () => void): void {
  const { name } = categoryWords(category);
  const isOn = preferences.find((one) => one.category === category)?.email === true;
  const id = notifications.show({
    autoClose: UNDONE_MS,
    message: (
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Text size="sm">{isOn ? t('{{what}}: mails are on.', { what: name }) : t('{{what}}: mails are off.', { what: name })}</Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {t('Undo')}
        </Button>
      </Group>
    ),
  });
}
