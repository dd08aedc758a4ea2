/** When the instances of the subscription may be upgraded. */
import { Button, Chip, Group, NumberInput, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import type { Client } from '@cellplane/api/client';
import { client } from '../../../app/client';
import { Failure } from '../../../kit/failure';
import { Moment } from '../../../kit/moment';

type SetWindow = Awaited<ReturnType<Client['customerListMaintenanceWindows']>>['maintenanceWindows'][number];

interface Props {
  subscriptionId: string;
  whyNot: string | undefined;
  onDone: () => void;
}

export function WindowForm(props: Props) {
  const windows = useQuery({
    queryKey: ['subscriptions', 'windows'],
    queryFn: async () => (await client.customerListMaintenanceWindows({})).maintenanceWindows,
  });
  if (windows.isError)
    return <Failure title={t('The window cannot be shown')} error={windows.error} retry={() => void windows.refetch()} />;
  if (windows.isPending) return <Skeleton height={160} aria-label={t('Loading the window')} />;
  return <Form {...props} present={windows.data.find(({ subject }) => subject === props.subscriptionId)} />;
}

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
/** The second of January 2023 was a Monday. */
const dayName = (index: number) =>
  new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2023, 0, 2 + index)));

function Form({ subscriptionId, whyNot, onDone, present }: Props & { present: SetWindow | undefined }) {
  const queries = useQueryClient();
  const top = useRef<HTMLParagraphElement>(null);
  // The dialog was there before what it shows: it has looked for a place to put the focus already.
  useEffect(() => top.current?.focus(), []);
  const [weekdays, setDays] = useState(present?.weekdays ?? ['SAT', 'SUN']);
  const [start, setStart] = useState(present?.start ?? '22:00');
  const [minutes, setMinutes] = useState(present?.durationMinutes ?? 240);
  const [timeZone, setZone] = useState(present?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ['subscriptions'] });
    onDone();
  };
  const params = { subscriptionId };
  const set = useMutation({
    mutationFn: () => client.customerSetMaintenanceWindow({ params, body: { weekdays, start, durationMinutes: minutes, timeZone } }),
    onSuccess: done,
  });
  const clear = useMutation({ mutationFn: () => client.customerDeleteMaintenanceWindow({ params }), onSuccess: done });
  const failed = set.error ?? clear.error;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (whyNot === undefined) set.mutate();
      }}
    >
      <Stack gap="md">
        <Text ref={top} tabIndex={-1} style={{ outline: 'none' }}>
          {t('Upgrades that your provider plans begin in this window only. It counts for all instances of the subscription.')}
        </Text>
        {present !== undefined && (
          <Text size="sm" c="dimmed">
            {present.open ? t('It is open now and closes') : t('It opens next')} <Moment at={present.changesAt} />
          </Text>
        )}
        <Chip.Group multiple value={weekdays} onChange={setDays}>
          <Group gap="xs" role="group" aria-label={t('Days on which it begins')}>
            {DAYS.map((day, index) => (
              <Chip key={day} value={day} size="xs">
                {dayName(index)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <Group grow align="flex-start">
          <TextInput type="time" label={t('Begins at')} value={start} onChange={(event) => setStart(event.currentTarget.value)} />
          <NumberInput
            label={t('Minutes')}
            value={minutes}
            min={1}
            allowDecimal={false}
            onChange={(next) => setMinutes(typeof next === 'number' ? next : 1)}
          />
        </Group>
        <Select
          label={t('Time zone')}
          searchable
          data={[...new Set([timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])]}
          value={timeZone}
          onChange={(next) => setZone(next ?? timeZone)}
          allowDeselect={false}
        />
        {failed !== null && <Failure title={t('The window stays as it was')} error={failed} />}
        {whyNot !== undefined && (
          <Text size="sm" c="dimmed">
            {whyNot}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('Cancel')}
          </Button>
          {present !== undefined && (
            <Button variant="default" loading={clear.isPending} disabled={whyNot !== undefined} onClick={() => clear.mutate()}>
              {t('Allow upgrades at any time')}
            </Button>
          )}
          <Button type="submit" loading={set.isPending} disabled={whyNot !== undefined}>
            {t('Save the window')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
