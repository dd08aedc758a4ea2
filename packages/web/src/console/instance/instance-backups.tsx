/** Snapshots of a customer's instance: the provider takes, keeps and restores them as the customer may. */
import { Modal, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { useMay } from '../../kit/access/use-may';
import { type Resting, whyNotBegin } from '../../kit/instances/may-begin';
import { Failure } from '../../kit/failure';
import { Backups } from '../../kit/snapshots/backups';
import type { SnapshotDoor } from '../../kit/snapshots/door';
import { RestoreDialog } from '../../kit/snapshots/restore-dialog';
import { fleetSnapshotsOf } from '../instance-queries';
import { type FleetInstance, placeOf } from './fleet-instance';

interface Props {
  found: FleetInstance;
  standing: Resting;
  /** The id of the snapshot that is to be restored, or `moment`. */
  restore: string | undefined;
  onRestore: (of: string | undefined) => void;
}

export function InstanceBackups({ found, standing, restore, onRestore }: Props) {
  const place = placeOf(found);
  const instance = found.consumptionResourceInstanceResult;
  const queries = useQueryClient();
  const role = useMay('createInstanceSnapshot').why;
  const snapshots = useQuery(fleetSnapshotsOf(place));
  const take = useMutation({
    mutationFn: () => client.createInstanceSnapshot({ params: place, body: {} }),
    onSuccess: () => Promise.all(['snapshots', 'instances'].map((noun) => queries.invalidateQueries({ queryKey: [noun] }))),
  });
  const isOffered = (verb: string) => (instance.supportedOperations ?? []).some((one) => one.verb === verb);
  const noSuch = (verb: string) => (isOffered(verb) ? undefined : t('The plan has no workflow for this.'));
  const whyNotTake = role ?? noSuch('BACKUP') ?? whyNotBegin(standing, 'backup');
  if (!isOffered('BACKUP') && (snapshots.data ?? []).length === 0 && !snapshots.isError) return null;
  return (
    <Stack gap="xs">
      <Backups
        door={doorOf(found)}
        instance={instance}
        snapshots={snapshots.data}
        error={snapshots.error}
        retry={() => void snapshots.refetch()}
        whyNotTake={whyNotTake}
        whyNotRestore={role ?? noSuch('RESTORE')}
        isTaking={take.isPending}
        onTake={() => take.mutate()}
        onRestore={onRestore}
      />
      {take.isError && <Failure title={t('No snapshot is taken')} error={take.error} />}
      <Modal
        opened={restore !== undefined && role === undefined}
        onClose={() => onRestore(undefined)}
        title={t('Restore for {{customer}}', { customer: found.organizationName })}
        centered
        size="lg"
      >
        {snapshots.isError && <Failure title={t('The snapshots cannot be shown')} error={snapshots.error} />}
        {!snapshots.isError && (
          <RestoreDialog
            door={doorOf(found)}
            instance={instance}
            restoreTo={async (at) => {
              const body = { targetRestoreTime: at.toISOString(), subscriptionId: found.subscriptionId };
              return (await client.restoreInstanceToTime({ params: place, body })).id;
            }}
            snapshots={snapshots.data}
            chosen={restore}
            whyNotTake={whyNotTake}
            onTake={() => {
              take.mutate();
              onRestore(undefined);
            }}
            onDone={() => onRestore(undefined)}
          />
        )}
      </Modal>
    </Stack>
  );
}

/** What is restored belongs to the customer, as what it is restored from. */
function doorOf(found: FleetInstance): SnapshotDoor {
  const { instanceId, ...place } = placeOf(found);
  return {
    describe: ({ snapshotId }) => client.describeInstanceSnapshot({ params: { ...place, instanceId, snapshotId } }),
    restore: async ({ snapshotId }, { restoreToSourceInstance, network }) => {
      const body = {
        subscriptionId: found.subscriptionId,
        ...(restoreToSourceInstance ? { restoreToSourceInstance } : {}),
        ...(network === undefined ? {} : { network_type: network }),
      };
      return (await client.restoreSnapshot({ params: { ...place, snapshotId }, body })).id;
    },
    remove: ({ snapshotId }) => client.deleteSnapshot({ params: { ...place, snapshotId } }),
    instancePage: '/console/instances/$instanceId',
  };
}
