/** Columns and filters of the table of snapshots. */
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { PastName } from '../../kit/instances/past-name';
import { Moment } from '../../kit/moment';
import { inWords } from '../../kit/code-words';
import { Status } from '../../kit/status';
import type { Column, TableFilter } from '../../kit/table/data-table';
import { kindOf, type Snapshot } from '../../kit/snapshots/kind';
import { SnapshotMenu, type What } from './snapshot-actions';
import type { WhyNot } from './use-may-change';

interface Of {
  /** Id → name of the instances that are there; undefined while it is not known. */
  living: ReadonlyMap<string, string> | undefined;
  whyNot: WhyNot;
  onDo: (what: What, snapshot: Snapshot) => void;
}

/** What is searched in. */
export function textOfSnapshot({
  snapshotId,
  sourceInstanceId,
  sourceInstanceName = '',
  serviceName,
  productTierName,
  region,
}: Snapshot): string {
  return [snapshotId, sourceInstanceId, sourceInstanceName, serviceName, productTierName, region].join(' ');
}

export function snapshotFilters(): TableFilter<Snapshot>[] {
  return [
    { key: 'status', name: t('Status'), valuesOf: ({ status }) => inWords(status) },
    { key: 'kind', name: t('Kind'), valuesOf: kindOf },
    { key: 'plan', name: t('Plan'), valuesOf: ({ productTierName }) => productTierName ?? '' },
    { key: 'instance', name: t('Instance'), valuesOf: ({ sourceInstanceId }) => sourceInstanceId, isRare: true },
    { key: 'taken', name: t('Taken'), valuesOf: ({ createdTime }) => createdTime, kind: 'dates', isRare: true },
  ];
}

export function snapshotColumns({ living, whyNot, onDo }: Of): Column<Snapshot>[] {
  return [
    {
      key: 'snapshot',
      name: t('Snapshot'),
      sortBy: ({ snapshotId }) => snapshotId,
      cell: (snapshot) => (
        <>
          <Anchor
            className="mono"
            style={{ whiteSpace: 'nowrap' }}
            renderRoot={(props) => <Link to="/snapshots/$snapshotId" params={{ snapshotId: snapshot.snapshotId }} {...props} />}
          >
            {snapshot.snapshotId}
          </Anchor>
          <Text size="xs" c="dimmed">
            {kindOf(snapshot)}
          </Text>
        </>
      ),
    },
    {
      key: 'instance',
      name: t('Instance'),
      sortBy: (snapshot) => nameOfSource(snapshot, living),
      cell: (snapshot) => <Source snapshot={snapshot} living={living} />,
    },
    {
      key: 'status',
      name: t('Status'),
      sortBy: ({ status }) => status,
      cell: ({ status, statusDescription }) => (
        <>
          <Status of={status} />
          {statusDescription !== undefined && (
            <Text size="xs" c="dimmed" lineClamp={2} maw={280}>
              {statusDescription}
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'plan',
      name: t('Plan'),
      sortBy: ({ serviceName, productTierName }) => `${serviceName} ${productTierName}`,
      cell: ({ serviceName, productTierName, productTierVersion }) =>
        `${serviceName ?? ''} · ${productTierName ?? ''} ${productTierVersion ?? ''}`,
    },
    {
      key: 'place',
      name: t('Place'),
      sortBy: ({ region }) => region ?? '',
      cell: ({ cloudProvider, region }) => <span style={{ whiteSpace: 'nowrap' }}>{`${cloudProvider ?? ''} ${region ?? ''}`}</span>,
    },
    {
      key: 'taken',
      name: t('Taken'),
      sortBy: ({ createdTime }) => Date.parse(createdTime),
      cell: ({ createdTime, expiryTime }) => (
        <>
          <Moment at={createdTime} />
          <Text size="xs" c="dimmed" component="div">
            {expiryTime === undefined ? (
              t('kept until it is deleted')
            ) : (
              <>
                {t('ends')} <Moment at={expiryTime} />
              </>
            )}
          </Text>
        </>
      ),
    },
    {
      key: 'actions',
      name: t('Actions'),
      align: 'right',
      cell: (snapshot) => <SnapshotMenu snapshot={snapshot} whyNot={whyNot} onDo={(what) => onDo(what, snapshot)} />,
    },
  ];
}

/** The instance of a snapshot: a link while it is there; the name that it had, when it is not. */
export function Source({ snapshot: { sourceInstanceId: id, ...snapshot }, living }: { snapshot: Snapshot; living: Of['living'] }) {
  const name = living?.get(id);
  if (name !== undefined)
    return (
      <Anchor size="sm" dir="auto" renderRoot={(props) => <Link to="/instances/$instanceId" params={{ instanceId: id }} {...props} />}>
        {name}
      </Anchor>
    );
  const { sourceInstanceName: had = '', sourceInstanceDeletedAt: deletedAt } = snapshot;
  return (
    <>
      {had === '' ? <span className="mono">{id}</span> : <bdi>{had}</bdi>}
      {living !== undefined && <PastName id={id} name={had} deletedAt={deletedAt} isUnknown={had === '' && deletedAt === undefined} />}
    </>
  );
}

/** What people call the instance of a snapshot, deleted or not. */
export function nameOfSource({ sourceInstanceId, sourceInstanceName }: Snapshot, living: Of['living']): string {
  return living?.get(sourceInstanceId) ?? sourceInstanceName ?? sourceInstanceId;
}
