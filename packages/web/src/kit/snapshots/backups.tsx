/** Backups of an instance: how much could be lost, the line of them, and what can be done with each. */
import { Button, Menu, Skeleton, Stack, Table, Text } from '@mantine/core';
import { t } from 'i18next';
import { MoreButton } from '../more';
import { useState } from 'react';
import { GuardedButton, GuardedItem } from '../access/guarded';
import { Failure } from '../failure';
import { Moment, useNow } from '../moment';
import { Section } from '../page/section';
import { Status } from '../status';
import { Link } from '@tanstack/react-router';
import type { ShownInstance } from '../instances/endpoints';
import { DeleteSnapshots } from './delete-confirm';
import type { SnapshotDoor } from './door';
import { kindOf, isManual, type Snapshot } from './kind';
import { BackupLine } from './line';

interface Props {
  door: SnapshotDoor;
  instance: Pick<ShownInstance, 'backupStatus'>;
  snapshots: readonly Snapshot[] | undefined;
  error: unknown;
  retry: () => void;
  /** Why no snapshot can be taken now. */
  whyNotTake: string | undefined;
  whyNotRestore: string | undefined;
  isTaking: boolean;
  onTake: () => void;
  /** Opens the restore of a snapshot, or of a moment. */
  onRestore: (of: string) => void;
}

/** Rows that are shown before all are asked for. */
const FIRST_ROWS = 5;

export function Backups(props: Props) {
  const { door, instance, snapshots, error, retry, whyNotTake, whyNotRestore, isTaking, onTake, onRestore } = props;
  const [all, setAll] = useState(false);
  const [deleting, setDeleting] = useState<Snapshot>();
  const since = instance.backupStatus?.earliestRestoreTime;
  const shown = all ? (snapshots ?? []) : (snapshots ?? []).slice(0, FIRST_ROWS);
  return (
    <Section
      title={t('Backups')}
      about={<Summary instance={instance} />}
      actions={
        <>
          <GuardedButton size="xs" variant="default" why={whyNotTake} loading={isTaking} onClick={onTake}>
            {t('Take a snapshot')}
          </GuardedButton>
          <GuardedButton size="xs" variant="default" why={whyNotRestore} onClick={() => onRestore('moment')}>
            {t('Restore …')}
          </GuardedButton>
        </>
      }
    >
      <Stack gap="sm">
        {error !== null && <Failure title={t('The snapshots cannot be shown')} error={error} retry={retry} />}
        {snapshots?.length === 0 && <None next={instance.backupStatus?.nextBackupTime} />}
        {snapshots === undefined && error === null && <Skeleton height={42} aria-label={t('Loading the snapshots')} />}
        {snapshots !== undefined && snapshots.length > 0 && (
          <>
            <BackupLine snapshots={snapshots} restorableSince={since} onChoose={({ snapshotId }) => onRestore(snapshotId)} />
            <Table.ScrollContainer minWidth={320}>
              <Table aria-label={t('Snapshots')}>
                <Table.Tbody>
                  {shown.map((snapshot) => (
                    <Row
                      key={snapshot.snapshotId}
                      page={door.snapshotPage}
                      snapshot={snapshot}
                      whyNot={whyNotRestore}
                      onRestore={onRestore}
                      onDelete={setDeleting}
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {snapshots.length > FIRST_ROWS && (
              <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)}>
                {all ? t('Show the newest') : t('Show all {{count}}', { count: snapshots.length })}
              </Button>
            )}
          </>
        )}
      </Stack>
      <DeleteSnapshots door={door} snapshots={deleting === undefined ? [] : [deleting]} onClose={() => setDeleting(undefined)} />
    </Section>
  );
}

/** What could be lost at most, how long it is kept, the last and the next one. */
function Summary({ instance: { backupStatus } }: { instance: Pick<ShownInstance, 'backupStatus'> }) {
  if (backupStatus === undefined) return t('The plan takes no backups by schedule.');
  const { backupPeriodInHours: hours, backupRetentionInDays: days, lastBackupTime, nextBackupTime, noGoodBackupSince } = backupStatus;
  const { earliestRestoreTime } = backupStatus;
  return (
    <>
      {t('every {{count}} hours', { count: hours, defaultValue_one: 'every hour' })} ·{' '}
      {t('kept {{count}} days', { count: days, defaultValue_one: 'kept {{count}} day' })}
      {lastBackupTime !== undefined && (
        <>
          {' · '}
          {t('last')} <Moment at={lastBackupTime} />
        </>
      )}
      {nextBackupTime !== undefined && (
        <>
          {' · '}
          {t('next')} <Due at={nextBackupTime} />
        </>
      )}
      {earliestRestoreTime !== undefined && (
        <>
          {' · '}
          {t('restore to any moment since')} <Moment at={earliestRestoreTime} />
        </>
      )}
      {noGoodBackupSince !== undefined && (
        <Text span c="red" inherit>
          {' · '}
          {t('no good backup since')} <Moment at={noGoodBackupSince} />
        </Text>
      )}
    </>
  );
}

/** A moment that is to come; one that has passed waits for its turn. */
function Due({ at }: { at: string }) {
  const now = useNow(10_000);
  return Date.parse(at) > now.getTime() ? <Moment at={at} /> : t('is due');
}

function None({ next }: { next: string | undefined }) {
  return (
    <Text c="dimmed">
      {t('There are none yet. A snapshot is what a restore begins with.')}{' '}
      {next !== undefined && (
        <>
          {t('The first one by schedule:')} <Due at={next} />.
        </>
      )}
    </Text>
  );
}

function Row({
  page,
  snapshot,
  whyNot,
  onRestore,
  onDelete,
}: {
  page: SnapshotDoor['snapshotPage'];
  snapshot: Snapshot;
  whyNot: string | undefined;
  onRestore: (of: string) => void;
  onDelete: (snapshot: Snapshot) => void;
}) {
  const notComplete = snapshot.status === 'COMPLETE' ? undefined : t('It is not complete.');
  const byItself = isManual(snapshot) ? undefined : t('It ends by itself, when its retention is over.');
  return (
    <Table.Tr>
      <Table.Td>
        <Moment at={snapshot.createdTime} />
        <Text size="xs" c="dimmed">
          {kindOf(snapshot)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Status of={snapshot.status} />
        {snapshot.statusDescription !== undefined && (
          <Text size="xs" c="dimmed" lineClamp={2}>
            {snapshot.statusDescription}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="end">
        <Menu position="bottom-end" width={260}>
          <Menu.Target>
            <MoreButton aria-label={t('What can be done with the snapshot {{id}}', { id: snapshot.snapshotId })} />
          </Menu.Target>
          <Menu.Dropdown>
            <GuardedItem why={whyNot ?? notComplete} onClick={() => onRestore(snapshot.snapshotId)}>
              {t('Restore to a new instance …')}
            </GuardedItem>
            {page !== undefined && (
              <Menu.Item renderRoot={(props) => <Link to={page} params={{ snapshotId: snapshot.snapshotId }} {...props} />}>
                {t('Details')}
              </Menu.Item>
            )}
            <GuardedItem why={whyNot ?? byItself} onClick={() => onDelete(snapshot)}>
              {t('Delete …')}
            </GuardedItem>
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}
