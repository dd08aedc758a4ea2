/** Restore: of a snapshot, or to a moment. */
import { Button, Group, SegmentedControl, Select, Skeleton, Stack, Text } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import { GuardedButton } from '../access/guarded';
import type { ShownInstance } from '../instances/endpoints';
import type { SnapshotDoor } from './door';
import { kindOf, type Snapshot } from './kind';
import { RestoreForm } from './restore-form';
import { PointInTimeForm } from './point-in-time';

interface Props {
  door: SnapshotDoor;
  instance: Pick<ShownInstance, 'backupStatus'>;
  /** Begins a restore to a moment. Answers the id of the new instance. */
  restoreTo: (at: Date) => Promise<string>;
  /** Undefined while they are loaded. */
  snapshots: readonly Snapshot[] | undefined;
  /** The one that is chosen at first. */
  chosen: string | undefined;
  /** Why no snapshot can be taken now. */
  whyNotTake: string | undefined;
  onTake: () => void;
  onDone: () => void;
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export function RestoreDialog({ door, instance, restoreTo, snapshots, chosen, whyNotTake, onTake, onDone }: Props) {
  const since = instance.backupStatus?.earliestRestoreTime;
  const complete = (snapshots ?? []).filter(({ status }) => status === 'COMPLETE');
  const [way, setWay] = useState(chosen === 'moment' && since !== undefined ? 'moment' : 'snapshot');
  const [id, setId] = useState(chosen);
  // The newest one, where none is chosen.
  const snapshot = complete.find(({ snapshotId }) => snapshotId === id) ?? complete[0];
  if (snapshots === undefined) return <Skeleton height={200} aria-label={t('Loading the snapshots')} />;
  if (complete.length === 0)
    return (
      <Stack gap="md">
        <Text>{t('There is no complete snapshot yet, and a restore begins with one.')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('Cancel')}
          </Button>
          <GuardedButton why={whyNotTake} onClick={onTake} data-autofocus>
            {t('Take a snapshot')}
          </GuardedButton>
        </Group>
      </Stack>
    );
  return (
    <Stack gap="md">
      {since !== undefined && (
        <SegmentedControl
          aria-label={t('What is restored')}
          data={[
            { value: 'snapshot', label: t('A snapshot') },
            { value: 'moment', label: t('A moment') },
          ]}
          value={way}
          onChange={setWay}
        />
      )}
      {way === 'moment' && since !== undefined ? (
        <PointInTimeForm instancePage={door.instancePage} restoreTo={restoreTo} snapshots={complete} since={since} onDone={onDone} />
      ) : (
        <>
          <Select
            label={t('Snapshot')}
            data-autofocus
            data={complete.map((one) => ({ value: one.snapshotId, label: `${exact.format(new Date(one.createdTime))} · ${kindOf(one)}` }))}
            value={snapshot?.snapshotId ?? null}
            onChange={(next) => setId(next ?? undefined)}
            allowDeselect={false}
          />
          {snapshot !== undefined && (
            <RestoreForm key={snapshot.snapshotId} door={door} snapshot={snapshot} isSourceGone={false} onDone={onDone} />
          )}
        </>
      )}
    </Stack>
  );
}
