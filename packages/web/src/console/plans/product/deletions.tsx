/** Deletes of a product's parts that go on, or have failed. */
import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../../app/client';
import { Moment } from '../../../kit/moment';

/** Says what is being deleted of these, and why a delete has failed; nothing where there is nothing to say. */
export function Deletions({ of }: { of: readonly string[] }) {
  const { data } = useQuery({
    queryKey: ['services', 'deletions'],
    queryFn: async () => (await client.listCatalogDeletions({ query: {} })).deletions,
  });
  const open = (data ?? []).filter(
    ({ targetId, serviceId, status }) => (of.includes(targetId) || of.includes(serviceId)) && status !== 'SUCCEEDED',
  );
  return open.map(({ id, name, kind, status, message, startTime, snapshots, snapshotsLeft }) => (
    <Alert
      key={id}
      color={status === 'FAILED' ? 'red' : 'blue'}
      variant="light"
      title={status === 'FAILED' ? t('{{name}} was not deleted', { name }) : t('{{name}} is being deleted', { name })}
    >
      <Text size="sm">
        {kind} · <Moment at={startTime} />
        {snapshots > 0 && ` · ${t('{{left}} of {{all}} snapshots left', { left: snapshotsLeft, all: snapshots })}`}
        {message !== undefined && ` · ${message}`}
      </Text>
    </Alert>
  ));
}
