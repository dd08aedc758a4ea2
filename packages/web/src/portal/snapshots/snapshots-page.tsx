/** Snapshots of all instances, also of those that are deleted. */
import { Anchor, Button, Group, Menu, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { GuardedItem } from '../../kit/access/guarded';
import { Failure } from '../../kit/failure';
import { nameOfInstance } from '../../kit/instances/instance-head';
import { Moment } from '../../kit/moment';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { inWords, Status } from '../../kit/status';
import { DataTable } from '../../kit/table/data-table';
import { ownInstances } from '../own';
import { CopyForm } from './copy-form';
import { DeleteSnapshot } from './delete-confirm';
import { kindOf, isManual, type Snapshot } from './kind';
import { ownSnapshots } from './queries';
import { RestoreForm } from './restore-form';
import { isAsked, type SnapshotSearch } from './snapshot-search';
import { useMayChange } from './use-may-change';

type Doing = { what: 'restore' | 'copy' | 'delete'; snapshot: Snapshot };

export function SnapshotsPage() {
  const all = useQuery(ownSnapshots);
  const instances = useQuery(ownInstances);
  const search = useSearch({ from: '/shell/snapshots' });
  const navigate = useNavigate({ from: '/snapshots' });
  const [doing, setDoing] = useState<Doing>();
  const whyNot = useMayChange();
  const change = (changes: SnapshotSearch) => void navigate({ search: { ...search, ...changes }, replace: true });
  const living = new Map(instances.data?.map((one) => [one.id, nameOfInstance(one)]));
  const found = all.data?.filter((one) => isAsked(one, search));
  const statuses = [...new Set(all.data?.map(({ status }) => status))].toSorted();
  const close = () => setDoing(undefined);
  return (
    <Stack gap="md">
      <PageHead title={t('Snapshots')} facts={t('Of all your instances, also of those that are deleted.')} />
      {all.isError && <Failure title={t('The snapshots cannot be shown')} error={all.error} retry={() => void all.refetch()} />}
      {all.data !== undefined && all.data.length > 0 && (
        <Group gap="sm">
          <TextInput
            aria-label={t('Search')}
            placeholder={t('Search id, instance, plan or region')}
            miw={260}
            value={search.q ?? ''}
            onChange={(event) => change({ q: event.currentTarget.value })}
          />
          <Select
            aria-label={t('Status')}
            placeholder={t('Any status')}
            clearable
            data={statuses.map((value) => ({ value, label: inWords(value) }))}
            value={search.status ?? null}
            onChange={(status) => change({ status: status ?? '' })}
          />
          <Select
            aria-label={t('Kind')}
            placeholder={t('By hand and by schedule')}
            clearable
            data={[
              { value: 'manual', label: t('By hand') },
              { value: 'automated', label: t('By schedule') },
            ]}
            value={search.type ?? null}
            onChange={(type) => change({ type: type ?? '' })}
          />
          <Text size="sm" c="dimmed" aria-live="polite">
            {t('{{found}} of {{all}}', { found: found?.length, all: all.data.length })}
          </Text>
        </Group>
      )}
      {!all.isError && (
        <DataTable
          label={t('Snapshots')}
          rows={found}
          keyOf={({ snapshotId }) => snapshotId}
          empty={
            all.data?.length === 0 ? (
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
            ) : (
              <Text c="dimmed">{t('No snapshot is like that. Change the search or the filters.')}</Text>
            )
          }
          columns={[
            {
              key: 'snapshot',
              name: t('Snapshot'),
              sortBy: ({ snapshotId }) => snapshotId,
              cell: ({ snapshotId, ...snapshot }) => (
                <>
                  <Anchor className="mono" renderRoot={(props) => <Link to="/snapshots/$snapshotId" params={{ snapshotId }} {...props} />}>
                    {snapshotId}
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
              sortBy: ({ sourceInstanceId }) => living.get(sourceInstanceId) ?? sourceInstanceId,
              cell: ({ sourceInstanceId: instanceId }) =>
                living.has(instanceId) ? (
                  <Anchor size="sm" renderRoot={(props) => <Link to="/instances/$instanceId" params={{ instanceId }} {...props} />}>
                    {living.get(instanceId)}
                  </Anchor>
                ) : (
                  <>
                    <span className="mono">{instanceId}</span>
                    <Text size="xs" c="dimmed">
                      {instances.isSuccess ? t('deleted') : ''}
                    </Text>
                  </>
                ),
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
              cell: ({ cloudProvider, region }) => `${cloudProvider ?? ''} ${region ?? ''}`,
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
              cell: (snapshot) => (
                <Actions snapshot={snapshot} whyNot={whyNot(snapshot.subscriptionId)} onDo={(what) => setDoing({ what, snapshot })} />
              ),
            },
          ]}
        />
      )}
      <SnapshotForms doing={doing} isGone={(id) => instances.isSuccess && !living.has(id)} onClose={close} />
    </Stack>
  );
}

/** What can be done with a snapshot; what cannot says why. */
export function Actions({
  snapshot,
  whyNot,
  onDo,
}: {
  snapshot: Snapshot;
  whyNot: string | undefined;
  onDo: (what: Doing['what']) => void;
}) {
  const incomplete = snapshot.status === 'COMPLETE' ? undefined : t('It is not complete.');
  const reasons: [Doing['what'], string, string | undefined][] = [
    ['restore', t('Restore …'), whyNot ?? incomplete],
    ['copy', t('Keep a copy …'), whyNot ?? incomplete],
    ['delete', t('Delete …'), whyNot ?? (isManual(snapshot) ? undefined : t('It ends by itself, when its retention is over.'))],
  ];
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('What can be done with the snapshot {{id}}', { id: snapshot.snapshotId })}
        >
          ⋯
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {reasons.map(([what, label, why]) => (
          <GuardedItem key={what} why={why} onClick={() => onDo(what)}>
            {label}
          </GuardedItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The form of whatever is being done with a snapshot. `isGone`: whether an instance is deleted. */
export function SnapshotForms({
  doing,
  isGone,
  onClose,
}: {
  doing: Doing | undefined;
  isGone: (instanceId: string) => boolean;
  onClose: () => void;
}) {
  const { what, snapshot } = doing ?? {};
  return (
    <>
      <Modal opened={what === 'restore'} onClose={onClose} title={t('Restore {{id}}', { id: snapshot?.snapshotId })} centered size="lg">
        {snapshot !== undefined && <RestoreForm snapshot={snapshot} isSourceGone={isGone(snapshot.sourceInstanceId)} onDone={onClose} />}
      </Modal>
      <Modal opened={what === 'copy'} onClose={onClose} title={t('Keep a copy of {{id}}', { id: snapshot?.snapshotId })} centered>
        {snapshot !== undefined && <CopyForm snapshot={snapshot} onDone={onClose} />}
      </Modal>
      <DeleteSnapshot snapshot={what === 'delete' ? snapshot : undefined} onClose={onClose} />
    </>
  );
}
