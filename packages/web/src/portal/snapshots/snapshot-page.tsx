/** One snapshot: of what it is, what it holds, how long it is kept. */
import { Skeleton, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { t } from 'i18next';
import { type ReactNode, useState } from 'react';
import { GuardedButton } from '../../kit/access/guarded';
import { Copyable } from '../../kit/copy';
import { Value } from '../../kit/instances/value';
import { Moment } from '../../kit/moment';
import { Facts } from '../../kit/page/facts';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { useNameOf } from '../own';
import { kindOf } from '../../kit/snapshots/kind';
import { ownSnapshot } from './queries';
import { SnapshotForms, SnapshotMenu, type What, whyNotRestore } from './snapshot-actions';
import { nameOfSource, Source } from './snapshot-columns';
import { useMayChange } from './use-may-change';
import { NotShown } from '../../kit/page/not-shown';

export function SnapshotPage() {
  const { snapshotId } = useParams({ from: '/shell/snapshots/$snapshotId' });
  const found = useQuery(ownSnapshot(snapshotId));
  const liveName = useNameOf(found.data?.sourceInstanceId);
  const navigate = useNavigate();
  const whyNot = useMayChange();
  const [what, setWhat] = useState<What>();
  if (found.isError)
    return (
      <NotShown
        title={t('The snapshot cannot be shown')}
        above={[{ label: t('Snapshots'), link: { to: '/snapshots' } }]}
        error={found.error}
        retry={() => void found.refetch()}
      />
    );
  if (found.isPending) return <Skeleton height={320} aria-label={t('Loading the snapshot')} />;
  const snapshot = found.data;
  const { sourceInstanceId: instanceId, parameters = [], snapshotMetadata = {} } = snapshot;
  const living = liveName === undefined ? undefined : new Map(liveName === null ? [] : [[instanceId, liveName]]);
  const isGone = (id: string) => living !== undefined && !living.has(id);
  const close = () => {
    if (what === 'delete') void navigate({ to: '/snapshots', search: {} });
    setWhat(undefined);
  };
  return (
    <Stack gap="md">
      <PageHead
        title={t('Snapshot of {{name}}', { name: nameOfSource(snapshot, living) })}
        above={[{ label: t('Snapshots'), link: { to: '/snapshots' } }]}
        facts={
          <>
            <Copyable text={snapshotId} label={t('the id')} />
            <div>
              <Status of={snapshot.status} /> · {kindOf(snapshot)} · <Moment at={snapshot.createdTime} />
            </div>
          </>
        }
      >
        <GuardedButton why={whyNotRestore(snapshot, whyNot)} onClick={() => setWhat('restore')}>
          {t('Restore …')}
        </GuardedButton>
        <SnapshotMenu snapshot={snapshot} whyNot={whyNot} onDo={setWhat} />
      </PageHead>
      {snapshot.statusDescription !== undefined && <Text>{snapshot.statusDescription}</Text>}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Section title={t('Details')}>
          <Rows
            rows={[
              [t('Instance'), <Source key="instance" snapshot={snapshot} living={living} />],
              [t('Plan'), `${snapshot.serviceName ?? ''} · ${snapshot.productTierName ?? ''} ${snapshot.productTierVersion ?? ''}`],
              [t('Place'), `${snapshot.cloudProvider ?? ''} ${snapshot.region ?? ''}`],
              [t('Taken'), <Moment key="taken" at={snapshot.createdTime} />],
              [t('Complete'), snapshot.completeTime ? <Moment key="complete" at={snapshot.completeTime} /> : t('not yet')],
              [t('Ends'), snapshot.expiryTime ? <Moment key="ends" at={snapshot.expiryTime} /> : t('when you delete it')],
              ...(snapshot.encrypted === true ? [[t('Encrypted'), t('yes')] as [string, ReactNode]] : []),
              ...(snapshot.copiedFromSnapshotId === undefined
                ? []
                : [
                    [t('Copy of'), <Copyable key="copy" text={snapshot.copiedFromSnapshotId} label={t('the id')} />] as [string, ReactNode],
                  ]),
            ]}
          />
        </Section>
        <Section title={t('What comes back')} about={t('With the data: the parameters of the instance when it was taken.')}>
          <Rows
            rows={parameters.map(({ key, displayName, value }) => [displayName || key, <Value key={key} value={value} label={key} />])}
            none={t('The plan shows no parameters.')}
          />
        </Section>
        <Section title={t('Backup')} about={t('What the backup reported.')}>
          <Rows
            rows={Object.entries(snapshotMetadata).map(([key, value]) => [key, <Value key={key} value={value} label={key} />])}
            none={t('None.')}
          />
        </Section>
      </SimpleGrid>
      <SnapshotForms doing={what === undefined ? undefined : { what, snapshots: [snapshot] }} isGone={isGone} onClose={close} />
    </Stack>
  );
}

function Rows({ rows, none = '' }: { rows: [string, ReactNode][]; none?: string }) {
  if (rows.length === 0) return <Text c="dimmed">{none}</Text>;
  return <Facts facts={rows.map(([name, value]) => ({ name, value }))} />;
}
