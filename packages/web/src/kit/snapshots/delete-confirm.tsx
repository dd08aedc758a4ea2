/** Deletes snapshots that were taken by hand, after saying what follows. */
import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { Moment } from '../moment';
import { Confirm } from '../page/confirm';
import type { SnapshotDoor } from './door';
import type { Snapshot } from './kind';

/** `snapshots`: none while nothing is asked. */
export function DeleteSnapshots({ door, snapshots, onClose }: { door: SnapshotDoor; snapshots: readonly Snapshot[]; onClose: () => void }) {
  const queries = useQueryClient();
  const [first] = snapshots;
  const count = snapshots.length;
  return (
    <Confirm
      opened={first !== undefined}
      onClose={onClose}
      title={count === 1 ? t('Delete {{name}}', { name: first?.snapshotId }) : t('Delete {{count}} snapshots', { count })}
      action={t('Delete {{count}} snapshots', { count, defaultValue_one: 'Delete the snapshot' })}
      keep={t('Keep {{count}} of them', { count, defaultValue_one: 'Keep it', defaultValue_other: 'Keep them' })}
      failure={t('Not all is deleted')}
      submit={async () => {
        // One after the other: what was deleted before a refusal is gone, and the list says so.
        try {
          for (const snapshot of snapshots) await door.remove(snapshot);
        } finally {
          await queries.invalidateQueries({ queryKey: ['snapshots'] });
        }
      }}
    >
      {first !== undefined && (
        <Text>
          {count === 1 && (
            <>
              {t('Taken')} <Moment at={first.createdTime} />.{' '}
            </>
          )}
          {t('Nothing brings back what is deleted: the plan removes the backup, unless a copy shares it. Instances stay as they are.')}
        </Text>
      )}
    </Confirm>
  );
}
