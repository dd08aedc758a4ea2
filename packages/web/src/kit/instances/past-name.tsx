/** Under the name of an instance that events and snapshots are of: its id, and whether it is still there. */
import { Text } from '@mantine/core';
import { t } from 'i18next';
import { Moment } from '../moment';

interface Props {
  id: string;
  /** Empty: nobody has named it, or it is no longer known. */
  name: string;
  deletedAt?: string | undefined;
  /** Nothing is kept of it but its id. */
  isUnknown?: boolean;
}

export function PastName({ id, name, deletedAt, isUnknown = false }: Props) {
  if (name === '' && deletedAt === undefined && !isUnknown) return null;
  return (
    <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {name !== '' && <span className="mono">{id}</span>}
      {name !== '' && deletedAt !== undefined && ' · '}
      {deletedAt !== undefined && (
        <>
          {t('deleted')} <Moment at={deletedAt} />
        </>
      )}
      {isUnknown && t('an instance of which nothing is kept any more')}
    </Text>
  );
}
