/** Restores a snapshot: to a new instance, or into its deleted source. */
import { Button, Group, Radio, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { ChangePreview } from '../../kit/instances/change-preview';
import { Moment } from '../../kit/moment';
import type { Snapshot } from './kind';
import { ownSnapshot } from './queries';

interface Props {
  snapshot: Snapshot;
  /** The instance that it is of is deleted: it may come back itself. */
  isSourceGone: boolean;
  onDone: () => void;
}

export function RestoreForm({ snapshot, isSourceGone, onDone }: Props) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [into, setInto] = useState('new');
  const restoreToSourceInstance = into === 'source';
  const { snapshotId, subscriptionId, sourceInstanceId } = snapshot;
  const restore = useMutation({
    mutationFn: () =>
      client.customerRestoreSnapshot({
        params: { snapshotId },
        body: {
          ...(subscriptionId === undefined ? {} : { subscriptionId }),
          ...(restoreToSourceInstance ? { restoreToSourceInstance } : {}),
        },
      }),
    onSuccess: async ({ instanceId }) => {
      await queries.invalidateQueries({ queryKey: ['instances'] });
      onDone();
      await navigate({ to: '/instances/$instanceId', params: { instanceId }, search: {} });
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
      <WhatComesBack snapshot={snapshot} />
      {isSourceGone ? (
        <Radio.Group label={t('Where it comes back')} value={into} onChange={setInto}>
          <Stack gap="xs" mt="xs">
            <Radio value="new" label={t('A new instance')} description={t('With an id and addresses of its own.')} />
            <Radio
              value="source"
              label={t('The deleted instance itself')}
              description={t('{{id}} comes back with the same id and addresses.', { id: sourceInstanceId })}
            />
          </Stack>
        </Radio.Group>
      ) : (
        <Text>{t('A new instance is made. {{id}} stays as it is.', { id: sourceInstanceId })}</Text>
      )}
      {look.isError && <Failure title={t('What would change cannot be told')} error={look.error} />}
      {look.data !== undefined && <ChangePreview preview={look.data} />}
      {restore.isError && <Failure title={t('Nothing is restored')} error={restore.error} />}
      <Group justify="flex-end">
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
function WhatComesBack({ snapshot }: { snapshot: Snapshot }) {
  const whole = useQuery(ownSnapshot(snapshot.snapshotId));
  if (whole.isPending) return <Skeleton height={80} aria-label={t('Loading the snapshot')} />;
  const { productTierName, productTierVersion, outputParams, createdTime } = whole.data ?? snapshot;
  return (
    <Stack gap={4}>
      <Text>
        {t('What it was at')} <Moment at={createdTime} />: {productTierName} {productTierVersion}
        {outputParams === undefined || outputParams.length === 0
          ? ''
          : `, ${outputParams
              .slice(0, 6)
              .map(({ displayName, key, value }) => `${displayName || key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
              .join(', ')}`}
        .
      </Text>
      <Text size="sm" c="dimmed">
        {t('What came after it is not in it.')}
      </Text>
    </Stack>
  );
}
