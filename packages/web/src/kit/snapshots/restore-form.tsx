/** Restores a snapshot: to a new instance, or into its deleted source. */
import { Button, Group, Radio, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../failure';
import { ChangePreview } from '../instances/change-preview';
import { NetworkField } from '../instances/network-field';
import { Moment } from '../moment';
import { Facts } from '../page/facts';
import type { Snapshot } from './kind';
import type { SnapshotDoor } from './door';

interface Props {
  door: SnapshotDoor;
  snapshot: Snapshot;
  /** The instance that it is of is deleted: it may come back itself. */
  isSourceGone: boolean;
  onDone: () => void;
}

export function RestoreForm({ door, snapshot, isSourceGone, onDone }: Props) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [into, setInto] = useState('new');
  const [network, setNetwork] = useState<string>();
  const restoreToSourceInstance = into === 'source';
  const { snapshotId, sourceInstanceId, sourceInstanceName = sourceInstanceId } = snapshot;
  const restore = useMutation({
    mutationFn: () => door.restore(snapshot, { restoreToSourceInstance, network: restoreToSourceInstance ? undefined : network }),
    onSuccess: async (instanceId) => {
      await queries.invalidateQueries({ queryKey: ['instances'] });
      onDone();
      await navigate({ to: door.instancePage, params: { instanceId }, search: {} });
    },
  });
  const look = useMutation({
    mutationFn: () =>
      client.previewInstanceChange({
        params: { id: sourceInstanceId },
        body: { snapshotId, ...(restoreToSourceInstance ? { restoreToSourceInstance } : {}) },
      }),
  });
  return (
    <Stack gap="md">
      <WhatComesBack door={door} snapshot={snapshot} />
      {isSourceGone ? (
        <Radio.Group label={t('Where it comes back')} value={into} onChange={setInto}>
          <Stack gap="xs" mt="xs">
            <Radio value="new" label={t('A new instance')} description={t('With an id and addresses of its own.')} />
            <Radio
              value="source"
              label={t('The deleted instance itself')}
              description={t('{{name}} comes back with the same id and addresses.', { name: sourceInstanceName })}
            />
          </Stack>
        </Radio.Group>
      ) : (
        <Text>{t('A new instance is made. The present one stays as it is.')}</Text>
      )}
      {!restoreToSourceInstance && <NetworkField value={network} onChange={setNetwork} placeholder={t('As it was')} />}
      {look.isError && <Failure title={t('What would change cannot be told')} error={look.error} />}
      {look.data !== undefined && <ChangePreview preview={look.data} />}
      {restore.isError && <Failure title={t('Nothing is restored')} error={restore.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {t('Cancel')}
        </Button>
        <Button variant="default" loading={look.isPending} onClick={() => look.mutate()}>
          {t('See what would be made')}
        </Button>
        <Button loading={restore.isPending} onClick={() => restore.mutate()}>
          {restoreToSourceInstance ? t('Restore into the instance') : t('Restore to a new instance')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Version, parameters and moment of what is restored, and what is not in it. */
function WhatComesBack({ door, snapshot }: { door: SnapshotDoor; snapshot: Snapshot }) {
  const whole = useQuery({ queryKey: ['snapshots', snapshot.snapshotId], queryFn: () => door.describe(snapshot) });
  if (whole.isPending) return <Skeleton height={80} aria-label={t('Loading the snapshot')} />;
  const { productTierName, productTierVersion, parameters = [], createdTime } = whole.data ?? snapshot;
  return (
    <Stack gap="xs">
      <Text>
        {t('It comes back as it was')} <Moment at={createdTime} />. {t('What came after that is not in it.')}
      </Text>
      <Facts
        facts={[
          { name: t('Plan'), value: `${productTierName ?? ''} ${productTierVersion ?? ''}` },
          ...parameters.map(({ key, displayName, value }) => ({
            name: displayName || key,
            value: typeof value === 'string' ? value : JSON.stringify(value),
          })),
        ]}
      />
    </Stack>
  );
}
