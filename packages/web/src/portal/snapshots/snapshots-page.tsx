/** Snapshots of all instances, also of those that are deleted. */
import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../../kit/failure';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { DataTable, useTableState } from '../../kit/table/data-table';
import { instanceNames } from '../own';
import { isManual, type Snapshot } from '../../kit/snapshots/kind';
import { ownSnapshots } from './queries';
import { type Doing, SnapshotForms } from './snapshot-actions';
import { snapshotColumns, snapshotFilters, textOfSnapshot } from './snapshot-columns';
import { useMayChange } from './use-may-change';

const keyOf = ({ snapshotId }: Snapshot) => snapshotId;

export function SnapshotsPage() {
  const all = useQuery(ownSnapshots);
  const living = useQuery(instanceNames).data;
  const state = useTableState({ name: 'snapshots' });
  const [doing, setDoing] = useState<Doing>();
  const whyNot = useMayChange();
  return (
    <Stack gap="md">
      <PageHead title={t('Snapshots')} facts={t('Of all your instances, also of those that are deleted.')} />
      {all.isError && <Failure title={t('The snapshots cannot be shown')} error={all.error} retry={() => void all.refetch()} />}
      {!all.isError && (
        <DataTable
          label={t('Snapshots')}
          rows={all.data}
          keyOf={keyOf}
          state={state}
          searchText={textOfSnapshot}
          searchHint={t('Search id, instance, plan or region')}
          filters={snapshotFilters()}
          actions={[
            {
              key: 'delete',
              label: t('Delete'),
              isDangerous: true,
              refusal: (row) =>
                whyNot(row.subscriptionId) ?? (isManual(row) ? undefined : t('It ends by itself, when its retention is over.')),
              run: (rows) => setDoing({ what: 'delete', snapshots: rows }),
            },
          ]}
          empty={
            <Empty
              title={t('No snapshots yet')}
              action={
                <Button variant="default" renderRoot={(props) => <Link to="/instances" {...props} />}>
                  {t('Go to the instances')}
                </Button>
              }
            >
              {t('A snapshot is what a restore begins with. Take one on the page of an instance; plans take some by schedule.')}
            </Empty>
          }
          columns={snapshotColumns({ living, whyNot, onDo: (what, snapshot) => setDoing({ what, snapshots: [snapshot] }) })}
        />
      )}
      <SnapshotForms doing={doing} isGone={(id) => living !== undefined && !living.has(id)} onClose={() => setDoing(undefined)} />
    </Stack>
  );
}
