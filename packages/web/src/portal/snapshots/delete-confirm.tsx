/** Deletes a snapshot that was taken by hand, after saying what follows. */
import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { Moment } from '../../kit/moment';
import { Confirm } from '../../kit/page/confirm';
import type { Snapshot } from './kind';

export function DeleteSnapshot({ snapshot, onClose }: { snapshot: Snapshot | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  return (
    <Confirm
      opened={snapshot !== undefined}
      onClose={onClose}
      title={t('Delete {{name}}', { name: snapshot?.snapshotId ?? '' })}
      action={t('Delete the snapshot')}
      keep={t('Keep it')}
      failure={t('The snapshot is not deleted')}
      submit={() => client.customerDeleteSnapshot({ params: { id: snapshot?.snapshotId ?? '' } })}
      onDone={() => {
        void queries.invalidateQueries({ queryKey: ['snapshots'] });
        onClose();
      }}
    >
      {snapshot !== undefined && (
        <Text>
          {t('Taken')} <Moment at={snapshot.createdTime} />.{' '}
          {t('Nothing brings it back: the plan removes the backup, unless another copy shares it. The instance stays as it is.')}
        </Text>
      )}
    </Confirm>
  );
}
