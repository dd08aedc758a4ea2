/** Takes a replica that is not well out of an instance. */
import { Radio, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { stateOf } from '../../kit/nodes/node-words';
import { useNodes } from '../../kit/nodes/queries';
import { FormButtons } from '../../kit/page/form-buttons';
import { type Origin, type OwnInstance, pathOf } from '../own';

const WAYS = ['FAILOVER_ONLY', 'FAILOVER_AND_RECREATE'] as const;

interface Props {
  instance: OwnInstance;
  origin: Origin;
  onCancel: () => void;
  onDone: () => Promise<unknown> | void;
}

export function FailoverForm({ instance, origin, onCancel, onDone }: Props) {
  const nodes = useNodes(instance.id);
  const replicas = (nodes.data?.nodes ?? []).map((node) => ({
    value: node.id,
    label: [node.id, node.role, stateOf(node).word].filter(Boolean).join(' · '),
  }));
  const [replica, setReplica] = useState('');
  const [way, setWay] = useState<string>(WAYS[0]);
  const [isLeft, setIsLeft] = useState(false);
  const name = replica.trim();
  const fault = isLeft && name === '' ? t('Say which replica is taken out.') : undefined;
  const act = useMutation({
    mutationFn: () =>
      client.failoverCustomerInstance({
        params: { ...pathOf(origin), id: instance.id },
        query: {},
        body: { failedReplicaID: name, failedReplicaAction: way },
      }),
    onSuccess: onDone,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setIsLeft(true);
        if (name === '') document.getElementById('replica')?.focus();
        else act.mutate();
      }}
    >
      <Stack gap="md">
        <Text>{t('The replica is taken out of service, and the others go on. If it leads them, one of them takes its place.')}</Text>
        {nodes.isPending ? (
          <Skeleton height={56} aria-label={t('Loading the replicas')} />
        ) : replicas.length > 0 ? (
          <Select
            id="replica"
            label={t('Replica')}
            placeholder={t('Choose the one that is not well')}
            data={replicas}
            value={replica === '' ? null : replica}
            onChange={(next) => setReplica(next ?? '')}
            error={fault}
            // The dialog has looked for the focus before the replicas were known.
            autoFocus
          />
        ) : (
          <TextInput
            id="replica"
            label={t('Replica')}
            description={t('The name of its pod, such as {{name}}.', { name: `${instance.id}-1` })}
            value={replica}
            onChange={(event) => setReplica(event.currentTarget.value)}
            error={fault}
            classNames={{ input: 'mono' }}
            data-autofocus
          />
        )}
        <Radio.Group label={t('What becomes of it')} value={way} onChange={setWay}>
          <Stack gap="xs" mt="xs">
            <Radio value={WAYS[0]} label={t('It comes back with its volume')} />
            <Radio value={WAYS[1]} label={t('It is made anew, without its volume')} description={t('What only it holds is lost.')} />
          </Stack>
        </Radio.Group>
        {act.isError && <Failure title={t('Nothing was failed over')} error={act.error} />}
        <FormButtons onCancel={onCancel} action={t('Fail over')} isPending={act.isPending} isDangerous />
      </Stack>
    </form>
  );
}
