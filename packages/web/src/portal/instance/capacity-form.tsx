/** Scales an instance by some replicas, within what the plan allows. */
import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { type Origin, type OwnInstance, pathOf } from '../own';

interface Props {
  instance: OwnInstance;
  origin: Origin;
  onCancel: () => void;
  onDone: () => Promise<unknown> | void;
}

export function CapacityForm({ instance, origin, onCancel, onDone }: Props) {
  const present = Number(instance.currentReplicas ?? '1');
  const least = Number(instance.minReplicas ?? '1');
  const most = instance.maxReplicas === undefined ? undefined : Number(instance.maxReplicas);
  const [wanted, setWanted] = useState(present);
  const by = wanted - present;
  const params = { ...pathOf(origin), id: instance.id };
  const scale = useMutation({
    mutationFn: async () => {
      if (by > 0) await client.addCustomerCapacity({ params, query: {}, body: { capacityToBeAdded: by } });
      else await client.removeCustomerCapacity({ params, query: {}, body: { capacityToBeRemoved: -by } });
    },
    onSuccess: onDone,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (by !== 0) scale.mutate();
      }}
    >
      <Stack gap="md">
        <NumberInput
          label={t('Replicas')}
          description={
            most === undefined
              ? t('It has {{present}}; {{least}} at least.', { present, least })
              : t('It has {{present}}; from {{least}} to {{most}}.', { present, least, most })
          }
          value={wanted}
          min={least}
          {...(most === undefined ? {} : { max: most })}
          allowDecimal={false}
          clampBehavior="strict"
          onChange={(next) => setWanted(typeof next === 'number' ? next : present)}
          data-autofocus
        />
        {by < 0 && (
          <Text size="sm">
            {t('{{count}} replicas are taken away, with what only they hold.', {
              count: -by,
              defaultValue_one: '{{count}} replica is taken away, with what only it holds.',
            })}
          </Text>
        )}
        {scale.isError && <Failure title={t('It is not scaled')} error={scale.error} />}
        {by === 0 && (
          <Text size="sm" c="dimmed" ta="end">
            {t('It has as many already.')}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t('Cancel')}
          </Button>
          <Button type="submit" loading={scale.isPending} disabled={by === 0}>
            {t('Scale to {{wanted}}', { wanted })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
