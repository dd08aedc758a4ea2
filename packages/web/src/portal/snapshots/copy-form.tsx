/** Keeps a snapshot as a manual one, beyond its retention, also for another region. */
import { Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import type { Snapshot } from './kind';

export function CopyForm({ snapshot, onDone }: { snapshot: Snapshot; onDone: () => void }) {
  const queries = useQueryClient();
  const [targetRegion, setRegion] = useState(snapshot.region ?? '');
  const copy = useMutation({
    mutationFn: () =>
      client.customerCopySnapshot({ params: { sourceSnapshotId: snapshot.snapshotId }, body: { targetRegion: targetRegion.trim() } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['snapshots'] });
      onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        copy.mutate();
      }}
    >
      <Stack gap="md">
        <Text>{t('The copy is kept until you delete it. It shares the backup itself, which is moved nowhere.')}</Text>
        <TextInput
          label={t('Region')}
          description={t('Where it can be restored. There must be a cell of the same cloud.')}
          value={targetRegion}
          onChange={(event) => setRegion(event.currentTarget.value)}
        />
        {copy.isError && <Failure title={t('There is no copy')} error={copy.error} />}
        <FormButtons onCancel={onDone} action={t('Keep a copy')} isPending={copy.isPending} />
      </Stack>
    </form>
  );
}
