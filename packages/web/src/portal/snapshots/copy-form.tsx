/** Keeps a snapshot as a manual one, beyond its retention, also for another region. */
import { Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import type { Snapshot } from '../../kit/snapshots/kind';
import { regionsOf } from '../create/places';
import { catalogue } from '../own';

export function CopyForm({ snapshot, onDone }: { snapshot: Snapshot; onDone: () => void }) {
  const queries = useQueryClient();
  const [targetRegion, setRegion] = useState(snapshot.region ?? '');
  const offerings = (useQuery(catalogue).data ?? []).flatMap((service) => service.offerings);
  const offering = offerings.find(({ productTierID }) => productTierID === snapshot.productTierId);
  const regions = [...new Set([targetRegion, ...(offering === undefined ? [] : regionsOf(offering, snapshot.cloudProvider))])];
  const copy = useMutation({
    mutationFn: () => client.customerCopySnapshot({ params: { sourceSnapshotId: snapshot.snapshotId }, body: { targetRegion } }),
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
        <Select
          label={t('Region')}
          description={t('Where it can be restored: regions of {{cloud}} that the plan is offered in.', {
            cloud: snapshot.cloudProvider ?? '',
          })}
          data={regions}
          value={targetRegion}
          onChange={(next) => setRegion(next ?? targetRegion)}
          allowDeselect={false}
          data-autofocus
        />
        {copy.isError && <Failure title={t('There is no copy')} error={copy.error} />}
        <FormButtons onCancel={onDone} action={t('Keep a copy')} isPending={copy.isPending} />
      </Stack>
    </form>
  );
}
