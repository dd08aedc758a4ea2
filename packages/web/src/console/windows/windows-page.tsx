/** When instances of customers may be upgraded: the windows of subscriptions and organizations. */
import { Anchor, Chip, Group, Modal, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { type FormEvent, useState } from 'react';
import { client } from '../../app/client';
import { GuardedButton } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { Failure, fieldFaults } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { Deadline, duration } from '../../kit/moment';
import { Confirm } from '../../kit/page/confirm';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Status } from '../../kit/status';
import { DataTable } from '../../kit/table/data-table';
import type { Choice } from '../choices-of';
import { useCustomerChoices } from '../customer-choices';

type Window = Awaited<ReturnType<Client['listMaintenanceWindows']>>['maintenanceWindows'][number];

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
const FIRST_MONDAY = Date.UTC(2024, 0, 1);
const dayName = new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' });

/** `MON` as the reader's language has it. */
function dayInWords(day: string): string {
  const index = DAYS.indexOf(day);
  return index < 0 ? day : dayName.format(FIRST_MONDAY + index * 86_400_000);
}

export function WindowsPage() {
  const queries = useQueryClient();
  const why = useMay('setMaintenanceWindow').why;
  const [edited, setEdited] = useState<Window | 'new'>();
  const [removed, setRemoved] = useState<Window>();
  const found = useQuery({
    queryKey: ['upgrades', 'windows'],
    queryFn: async () => (await client.listMaintenanceWindows({})).maintenanceWindows,
  });
  const add = (
    <GuardedButton why={why} onClick={() => setEdited('new')}>
      {t('Set a window')}
    </GuardedButton>
  );
  return (
    <Stack gap="md">
      <PageHead
        title={t('Maintenance windows')}
        above={[{ label: t('Upgrades'), link: { to: '/console/upgrades' } }]}
        facts={t('Upgrade paths begin with an instance only while its window is open. Upgrades of one instance by hand do not wait.')}
      >
        {add}
      </PageHead>
      {found.isError && <Failure title={t('The windows cannot be shown')} error={found.error} retry={() => void found.refetch()} />}
      {!found.isError && (
        <DataTable
          label={t('Maintenance windows')}
          rows={found.data}
          keyOf={({ subject }) => subject}
          empty={
            <Empty title={t('No window is set')} action={add}>
              {t(
                'Instances may be upgraded at any time. Customers set the window of their subscription; you also that of an organization.',
              )}
            </Empty>
          }
          columns={[
            {
              key: 'subject',
              name: t('Of'),
              sortBy: nameOf,
              cell: (window) => <Subject window={window} />,
            },
            {
              key: 'when',
              name: t('When'),
              cell: ({ weekdays, start, durationMinutes, timeZone }) => (
                <>
                  {weekdays.map(dayInWords).join(', ')} · {start} · {duration(durationMinutes * 60_000)}
                  <Text size="xs" c="dimmed">
                    {timeZone}
                  </Text>
                </>
              ),
            },
            {
              key: 'now',
              name: t('Now'),
              cell: ({ open, changesAt }) => (
                <>
                  <Status of={open ? 'RUNNING' : 'STOPPED'} word={open ? t('open') : t('closed')} />
                  <Text size="xs" c="dimmed">
                    {open ? t('closes') : t('opens')} <Deadline at={changesAt} />
                  </Text>
                </>
              ),
            },
            {
              key: 'actions',
              name: t('Actions'),
              cell: (window) => (
                <Group gap="xs" wrap="nowrap">
                  <GuardedButton size="xs" variant="default" why={why} onClick={() => setEdited(window)}>
                    {t('Change')}
                  </GuardedButton>
                  <GuardedButton size="xs" variant="subtle" color="red" why={why} onClick={() => setRemoved(window)}>
                    {t('Remove')}
                  </GuardedButton>
                </Group>
              ),
            },
          ]}
        />
      )}
      <Modal opened={edited !== undefined} onClose={() => setEdited(undefined)} title={t('Maintenance window')} centered>
        {edited !== undefined && <WindowForm window={edited === 'new' ? undefined : edited} onDone={() => setEdited(undefined)} />}
      </Modal>
      {removed !== undefined && (
        <Confirm
          opened
          onClose={() => setRemoved(undefined)}
          title={t('Remove the window of {{subject}}', { subject: nameOf(removed) })}
          action={t('Remove the window')}
          failure={t('It is not removed')}
          submit={async () => {
            await client.deleteMaintenanceWindow({ params: { subject: removed.subject } });
            await queries.invalidateQueries({ queryKey: ['upgrades'] });
          }}
        >
          {t('Its instances may be upgraded at any time again.')}
        </Confirm>
      )}
    </Stack>
  );
}

/** What people call whose window it is. */
function nameOf({ subject, subjectName }: Window): string {
  return subjectName ?? subject;
}

function isOrganization({ subject }: Pick<Window, 'subject'>): boolean {
  return subject.startsWith('org-');
}

function Subject({ window }: { window: Window }) {
  const { subject } = window;
  const name = <bdi>{nameOf(window)}</bdi>;
  return (
    <>
      {isOrganization(window) ? (
        <Text size="sm">{name}</Text>
      ) : (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/console/subscriptions/$subscriptionId" params={{ subscriptionId: subject }} {...props} />}
        >
          {name}
        </Anchor>
      )}
      <Text size="xs" c="dimmed">
        {isOrganization(window) ? t('all subscriptions of') : t('subscription')} <span className="mono">{subject}</span>
      </Text>
    </>
  );
}

function WindowForm({ window, onDone }: { window: Window | undefined; onDone: () => void }) {
  const queries = useQueryClient();
  const [subject, setSubject] = useState(window?.subject ?? '');
  const [words, setWords] = useState('');
  const [chosen, setChosen] = useState<Choice>();
  // The words of what was chosen are nothing to look for.
  const choices = useCustomerChoices(words === chosen?.label ? '' : words);
  const all = [...choices.subscriptions, ...choices.organizations];
  const kept = chosen === undefined || all.some(({ value }) => value === chosen.value) ? [] : [chosen];
  const [weekdays, setWeekdays] = useState<string[]>(window?.weekdays ?? ['SAT', 'SUN']);
  const [start, setStart] = useState(window?.start ?? '22:00');
  const [hours, setHours] = useState<string | number>((window?.durationMinutes ?? 360) / 60);
  const [timeZone, setTimeZone] = useState<string | null>(window?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const save = useMutation({
    mutationFn: () =>
      client.setMaintenanceWindow({
        params: { subject: subject.trim() },
        body: { weekdays, start, durationMinutes: Math.round(Number(hours) * 60), timeZone: timeZone ?? 'UTC' },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['upgrades'] });
      onDone();
    },
  });
  const faults = fieldFaults(save.error);
  const press = (event: FormEvent) => {
    event.preventDefault();
    if (subject.trim() !== '') save.mutate();
  };
  return (
    <form onSubmit={press}>
      <Stack gap="md">
        {window === undefined ? (
          <Select
            label={t('Subscription or organization')}
            placeholder={t('Choose whose window it is')}
            searchable
            required
            data={[
              ...kept,
              { group: t('Subscriptions'), items: choices.subscriptions },
              { group: t('All subscriptions of an organization'), items: choices.organizations },
            ]}
            value={subject === '' ? null : subject}
            onChange={(value) => {
              setSubject(value ?? '');
              setChosen(all.find((one) => one.value === value));
            }}
            onSearchChange={setWords}
            filter={({ options }) => options}
            nothingFoundMessage={t('No customer is like that.')}
            data-autofocus
          />
        ) : (
          <Subject window={window} />
        )}
        <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
          <Text component="legend" size="sm" fw={600} mb={4}>
            {t('Begins on')}
          </Text>
          <Chip.Group multiple value={weekdays} onChange={setWeekdays}>
            <Group gap={6}>
              {DAYS.map((day) => (
                <Chip key={day} value={day} size="sm">
                  {dayInWords(day)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          {faults['weekdays'] !== undefined && (
            <Text size="sm" c="red">
              {faults['weekdays']}
            </Text>
          )}
        </fieldset>
        <Group grow align="flex-start">
          <TextInput
            label={t('At')}
            type="time"
            required
            value={start}
            onChange={(event) => setStart(event.currentTarget.value)}
            error={faults['start']}
          />
          <NumberInput
            label={t('For so many hours')}
            min={0.5}
            max={168}
            step={0.5}
            value={hours}
            onChange={setHours}
            error={faults['durationMinutes']}
          />
        </Group>
        <Select
          label={t('Time zone')}
          searchable
          limit={50}
          data={Intl.supportedValuesOf('timeZone')
            .concat('UTC')
            .filter((zone, index, all) => all.indexOf(zone) === index)}
          value={timeZone}
          onChange={setTimeZone}
          error={faults['timeZone']}
        />
        {save.isError && <Failure title={t('The window is not set')} error={save.error} />}
        <FormButtons onCancel={onDone} action={t('Set the window')} isPending={save.isPending} />
      </Stack>
    </form>
  );
}
