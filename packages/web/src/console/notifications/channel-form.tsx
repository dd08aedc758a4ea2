/** Makes a channel, or changes one: where it goes, and what it takes. */
import { MultiSelect, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { ENVIRONMENT_TYPES } from '@cellplane/api/client';
import { client } from '../../app/client';
import { Failure, fieldFaults } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { type Channel, eventTypes, kindWords, targetOf, useReadChannelsAnew } from './channels';

type Kind = 'email' | 'webhook' | 'slack' | 'pagerDuty';
const KINDS: readonly Kind[] = ['webhook', 'email', 'slack', 'pagerDuty'];
const ALL: Channel['subscription'] = { alertTypes: [], environmentTypes: [], eventCategories: [], eventPriorities: [], eventTypes: [] };

interface Props {
  /** The channel that is changed. @default a new one is made */
  of?: Channel;
  onDone: (id: string) => void;
  onCancel: () => void;
}

export function ChannelForm({ of, onDone, onCancel }: Props) {
  const types = useQuery(eventTypes).data ?? {};
  const [name, setName] = useState(of?.name ?? '');
  const [kind, setKind] = useState<Kind>((of?.channelType as Kind | undefined) ?? 'webhook');
  const [target, setTarget] = useState(of === undefined ? '' : (of.webhook?.url ?? targetOf(of)));
  const [taken, setTaken] = useState(of?.subscription ?? ALL);
  const [isTried, setTried] = useState(false);
  const readAnew = useReadChannelsAnew();
  const save = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), subscription: taken, ...targetBody(kind, target.trim(), of) };
      if (of === undefined) return client.createNotificationChannel({ body });
      await client.updateNotificationChannel({ params: { id: of.id }, body });
      return of.id;
    },
    onSuccess: async (id) => {
      await readAnew();
      onDone(id);
    },
  });
  const faults = fieldFaults(save.error);
  const noName = name.trim() === '' ? t('Give the channel a name.') : undefined;
  const noTarget = target.trim() === '' ? t('Say where it goes.') : undefined;
  const choice = (label: string, key: keyof Channel['subscription'], data: readonly string[]) => (
    <MultiSelect
      label={label}
      placeholder={taken[key].length === 0 ? t('all') : ''}
      data={[...data]}
      value={taken[key]}
      onChange={(values) => setTaken({ ...taken, [key]: values })}
      searchable={data.length > 8}
      clearable
    />
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (noName === undefined && noTarget === undefined) save.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('Name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={(isTried ? noName : undefined) ?? faults['name']}
          data-autofocus
        />
        {of === undefined && (
          <SegmentedControl
            aria-label={t('Kind of channel')}
            data={KINDS.map((value) => ({ value, label: kindWords(value) }))}
            value={kind}
            onChange={(value) => {
              setKind(value);
              setTarget('');
            }}
          />
        )}
        <TextInput
          {...targetField(kind)}
          value={target}
          onChange={(event) => setTarget(event.currentTarget.value)}
          error={(isTried ? noTarget : undefined) ?? Object.entries(faults).find(([field]) => field.startsWith(kind))?.[1]}
        />
        {choice(t('Alert types'), 'alertTypes', ['Alarm', 'Notification'])}
        {choice(t('Priorities'), 'eventPriorities', ['Critical', 'High', 'Medium', 'Low'])}
        {choice(t('Events'), 'eventTypes', Object.values(types).flat())}
        {choice(t('Environment types'), 'environmentTypes', ENVIRONMENT_TYPES)}
        {save.isError && (
          <Failure title={of === undefined ? t('There is no such channel yet') : t('The channel is as before')} error={save.error} />
        )}
        <FormButtons
          onCancel={onCancel}
          action={of === undefined ? t('Create the channel') : t('Save the channel')}
          isPending={save.isPending}
        />
      </Stack>
    </form>
  );
}

function targetField(kind: Kind): { label: string; description?: string; placeholder?: string; type?: string } {
  switch (kind) {
    case 'webhook':
      return {
        label: t('Address'),
        placeholder: 'https://hooks.example.com/cellplane',
        description: t('Gets each event as JSON by POST. Addresses of private networks are refused unless the server allows them.'),
      };
    case 'email':
      return { label: t('Address'), type: 'email', placeholder: 'ops@example.com' };
    case 'slack':
      return { label: t('Address of the incoming webhook'), placeholder: 'https://hooks.slack.com/services/…' };
    case 'pagerDuty':
      return { label: t('Integration key'), description: t('Of a service with the Events API v2.') };
  }
}

function targetBody(kind: Kind, target: string, of: Channel | undefined) {
  switch (kind) {
    case 'webhook':
      return { webhook: { ...(of?.webhook ?? { method: 'POST' }), url: target } };
    case 'email':
      return { email: { to: target } };
    case 'slack':
      return { slack: { webhookUrl: target } };
    case 'pagerDuty':
      return { pagerDuty: { integrationKey: target } };
  }
}
