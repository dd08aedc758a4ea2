/** Takes a replica that is not well out of an instance. */
import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { type Origin, type OwnInstance, pathOf } from '../own';

const WAYS = ['FAILOVER_ONLY', 'FAILOVER_AND_RECREATE'] as const;

export function FailoverForm({
  instance,
  origin,
  onDone,
}: {
  instance: OwnInstance;
  origin: Origin;
  onDone: () => Promise<unknown> | void;
}) {
  const [replica, setReplica] = useState('');
  const [way, setWay] = useState<string>(WAYS[0]);
  const act = useMutation({
    mutationFn: () =>
      client.failoverCustomerInstance({
        params: { ...pathOf(origin), id: instance.id },
        query: {},
        body: { failedReplicaID: replica.trim(), failedReplicaAction: way },
      }),
    onSuccess: onDone,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (replica.trim() !== '') act.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('Replica')}
          description={t('The name of its pod, such as {{name}}.', { name: `${instance.id}-1` })}
          value={replica}
          onChange={(event) => setReplica(event.currentTarget.value)}
          className="mono"
          data-autofocus
        />
        <Select
          label={t('What becomes of it')}
          data={[
            { value: WAYS[0], label: t('It comes back with its volume') },
            { value: WAYS[1], label: t('It is made anew, without its volume') },
          ]}
          value={way}
          onChange={(next) => setWay(next ?? WAYS[0])}
          allowDeselect={false}
        />
        {act.isError && <Failure title={t('Nothing was failed over')} error={act.error} />}
        <Group justify="flex-end">
          <Button type="submit" color="red" loading={act.isPending} disabled={replica.trim() === ''}>
            {t('Fail over')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
