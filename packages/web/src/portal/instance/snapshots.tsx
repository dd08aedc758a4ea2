/** Snapshots of the instance: take one, restore one to a new instance, delete one that was taken by hand. */
import { Button, Group, Modal, Paper, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { type Client } from '@cellplane/api/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Status } from '../../kit/status';
import { TableHead } from '../../kit/table-head';
import { type Origin, type OwnInstance, pathOf } from '../own';

type Snapshot = Awaited<ReturnType<Client['customerListInstanceSnapshots']>>['snapshots'][number];

interface Props {
  instance: OwnInstance;
  origin: Origin;
  /** Changes whenever an operation of the instance begins or ends: the list is read anew. */
  moment: string;
}

export function Snapshots({ instance, origin, moment }: Props) {
  const queries = useQueryClient();
  const [restoring, setRestoring] = useState<Snapshot>();
  const list = useQuery({
    queryKey: ['snapshots', instance.id],
    queryFn: async () => (await client.customerListInstanceSnapshots({ params: { ...pathOf(origin), id: instance.id } })).snapshots,
  });
  const again = () => queries.invalidateQueries({ queryKey: ['snapshots', instance.id] });
  useEffect(() => void queries.invalidateQueries({ queryKey: ['snapshots', instance.id] }), [queries, instance.id, moment]);
  const take = useMutation({ mutationFn: () => client.customerCreateSnapshot({ body: { instanceId: instance.id } }), onSuccess: again });
  const remove = useMutation({ mutationFn: (id: string) => client.customerDeleteSnapshot({ params: { id } }), onSuccess: again });
  const isOffered = (instance.supportedOperations ?? []).some(({ verb }) => verb === 'BACKUP' || verb === 'RESTORE');
  if (!isOffered && (list.data ?? []).length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="snapshots">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h3" id="snapshots">
          Snapshots
        </Title>
        <Button variant="default" size="xs" loading={take.isPending} onClick={() => take.mutate()}>
          Take a snapshot
        </Button>
      </Group>
      <Stack gap="sm">
        {instance.backupStatus?.lastBackupTime !== undefined && (
          <Text size="sm" c="dimmed">
            Last backup <Moment at={instance.backupStatus.lastBackupTime} />
            {instance.backupStatus.earliestRestoreTime !== undefined && (
              <>
                {' '}
                · restorable since <Moment at={instance.backupStatus.earliestRestoreTime} />
              </>
            )}
          </Text>
        )}
        {take.isError && <Failure title="No snapshot is taken" error={take.error} />}
        {remove.isError && <Failure title="The snapshot is not deleted" error={remove.error} />}
        {list.isError && <Failure title="The snapshots cannot be shown" error={list.error} retry={() => void list.refetch()} />}
        {list.isPending && <Skeleton height={60} aria-label="Loading the snapshots" />}
        {list.data?.length === 0 && <Text c="dimmed">There are none yet.</Text>}
        {list.data !== undefined && list.data.length > 0 && (
          <SnapshotTable snapshots={list.data} onRestore={setRestoring} onDelete={(id) => remove.mutate(id)} />
        )}
      </Stack>
      <Modal opened={restoring !== undefined} onClose={() => setRestoring(undefined)} title="Restore to a new instance" centered>
        {restoring !== undefined && <RestoreForm snapshot={restoring} instance={instance} onDone={() => setRestoring(undefined)} />}
      </Modal>
    </Paper>
  );
}

interface TableProps {
  snapshots: Snapshot[];
  onRestore: (snapshot: Snapshot) => void;
  onDelete: (snapshotId: string) => void;
}

function SnapshotTable({ snapshots, onRestore, onDelete }: TableProps) {
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table>
        <TableHead columns={['Snapshot', 'Status', 'Taken', 'Actions']} />
        <Table.Tbody>
          {snapshots.map((snapshot) => (
            <Table.Tr key={snapshot.snapshotId}>
              <Table.Td className="mono">{snapshot.snapshotId}</Table.Td>
              <Table.Td>
                <Status of={snapshot.status} />
                {snapshot.statusDescription !== undefined && (
                  <Text size="xs" c="dimmed" lineClamp={2}>
                    {snapshot.statusDescription}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Moment at={snapshot.createdTime} />
              </Table.Td>
              <Table.Td>
                <Group gap="xs" wrap="nowrap">
                  <Button size="xs" variant="default" disabled={snapshot.status !== 'COMPLETE'} onClick={() => onRestore(snapshot)}>
                    Restore
                  </Button>
                  {snapshot.snapshotType === 'ManualSnapshot' && (
                    <Button size="xs" variant="subtle" color="red" onClick={() => onDelete(snapshot.snapshotId)}>
                      Delete
                    </Button>
                  )}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function RestoreForm({ snapshot, instance, onDone }: { snapshot: Snapshot; instance: OwnInstance; onDone: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const restore = useMutation({
    mutationFn: () =>
      client.customerRestoreSnapshot({ params: { snapshotId: snapshot.snapshotId }, body: { subscriptionId: instance.subscriptionId } }),
    onSuccess: async ({ instanceId }) => {
      await queries.invalidateQueries({ queryKey: ['instances'] });
      await navigate({ to: '/instances/$instanceId', params: { instanceId } });
    },
  });
  return (
    <Stack gap="md">
      <Text>
        A new instance is made of what <span className="mono">{snapshot.snapshotId}</span> holds, taken <Moment at={snapshot.createdTime} />
        . {instance.id} stays as it is.
      </Text>
      {restore.isError && <Failure title="Nothing is restored" error={restore.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button loading={restore.isPending} onClick={() => restore.mutate()}>
          Restore to a new instance
        </Button>
      </Group>
    </Stack>
  );
}
