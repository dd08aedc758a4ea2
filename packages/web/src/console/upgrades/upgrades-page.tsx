/** Upgrades of many instances, of all plans, newest first. */
import { Anchor, Button, Group, Select, Stack, Text } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../app/client';
import { useScope } from '../../app/use-scope';
import { CountBar } from '../../kit/count-bar';
import { Failure } from '../../kit/failure';
import { Moment, WithMoments } from '../../kit/moment';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Status } from '../../kit/status';
import { DataTable } from '../../kit/table/data-table';
import { OlderRows } from '../../kit/table/older-rows';
import { usePages } from '../../kit/use-pages';
import { usePlanOptions } from '../plans-query';
import { EmptyInScope } from '../scope/empty-in-scope';
import { type PathSearch, pathSearchOf } from './path-search';
import { afterTitle, pathCounts, pathStatus } from './path-status';

const STATUSES = ['SCHEDULED', 'PENDING', 'IN_PROGRESS', 'PAUSED', 'COMPLETE', 'FAILED', 'CANCELLED'];

export function UpgradesPage() {
  const search = pathSearchOf({ ...useSearch({ from: '/shell/console/upgrades' }) });
  const scope = useScope();
  const found = usePages(['upgrades', 'list', search, scope], async (page) => {
    const { upgradePaths, nextPageToken } = await client.listFleetUpgradePaths({
      query: {
        ...scope,
        ...(search.planId === undefined ? {} : { productTierId: search.planId }),
        ...(search.status === undefined ? {} : { status: search.status }),
        ...page,
        pageSize: 50,
      },
    });
    return { rows: upgradePaths, nextPageToken };
  });
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Stack gap="md">
      <PageHead title={t('Upgrades')} facts={t('Bring the instances of a plan version to another one, in waves.')}>
        <Button variant="default" renderRoot={(props) => <Link to="/console/maintenance-windows" {...props} />}>
          {t('Maintenance windows')}
        </Button>
        <NewPath />
      </PageHead>
      <Filters search={search} />
      {found.error !== null && <Failure title={t('The upgrades cannot be shown')} error={found.error} retry={found.retry} />}
      {found.error === null && (
        <DataTable
          label={t('Upgrades')}
          rows={found.rows}
          keyOf={({ upgradePathId }) => upgradePathId}
          empty={
            isFiltered ? (
              <Text c="dimmed">{t('No upgrade is like that. Change the filters.')}</Text>
            ) : (
              <EmptyInScope>
                <Empty title={t('Nothing was upgraded yet')} action={<NewPath />}>
                  {t(
                    'Instances stay on the version they were made with. An upgrade shows what it would touch before anything begins, goes in waves, and halts by itself when something fails.',
                  )}
                </Empty>
              </EmptyInScope>
            )
          }
          columns={[
            {
              key: 'path',
              name: t('Upgrade'),
              cell: ({ upgradePathId, productTierName, sourceVersion, targetVersion }) => (
                <>
                  <Anchor renderRoot={(props) => <Link to="/console/upgrades/$pathId" params={{ pathId: upgradePathId }} {...props} />}>
                    {productTierName}{' '}
                    <bdi dir="ltr">
                      {sourceVersion} → {targetVersion}
                    </bdi>
                  </Anchor>
                  <Text size="xs" c="dimmed" className="mono">
                    {upgradePathId}
                  </Text>
                </>
              ),
            },
            {
              key: 'status',
              name: t('Status'),
              cell: (path) => (
                <>
                  <Status {...pathStatus(path)} />
                  {path.statusMessage !== undefined && (
                    <Text size="xs" c="dimmed" lineClamp={3} maw={360} title={path.statusMessage}>
                      <WithMoments text={afterTitle(path.statusMessage)} />
                    </Text>
                  )}
                </>
              ),
            },
            { key: 'instances', name: t('Instances'), cell: (path) => <CountBar counts={pathCounts(path)} /> },
            {
              key: 'wave',
              name: t('Wave'),
              cell: ({ currentWave, waves }) =>
                waves === undefined || waves.length < 2 ? (
                  '–'
                ) : (
                  <span style={{ whiteSpace: 'nowrap' }}>{t('{{wave}} of {{count}}', { wave: currentWave, count: waves.length })}</span>
                ),
            },
            {
              key: 'place',
              name: t('Product'),
              cell: ({ serviceName, environmentName }) => (
                <>
                  {serviceName}
                  <Text size="xs" c="dimmed">
                    {environmentName}
                  </Text>
                </>
              ),
            },
            { key: 'created', name: t('Made'), cell: ({ createdAt }) => <Moment at={createdAt} /> },
          ]}
        />
      )}
      <OlderRows more={found.more} label={t('Show older upgrades')} />
    </Stack>
  );
}

function NewPath() {
  return <Button renderRoot={(props) => <Link to="/console/new-upgrade" {...props} />}>{t('Plan an upgrade')}</Button>;
}

function Filters({ search }: { search: PathSearch }) {
  const navigate = useNavigate({ from: '/console/upgrades' });
  const plans = usePlanOptions(useScope());
  const set = (changes: Record<string, unknown>) => void navigate({ search: pathSearchOf({ ...search, ...changes }), replace: true });
  return (
    <Group gap="xs">
      <Select
        aria-label={t('Plan')}
        placeholder={t('Any plan')}
        clearable
        searchable
        w={240}
        data={plans}
        value={search.planId ?? null}
        onChange={(planId) => set({ planId })}
      />
      <Select
        aria-label={t('Status')}
        placeholder={t('Any status')}
        clearable
        w={160}
        data={STATUSES.map((value) => ({ value, label: pathStatus({ status: value }).word }))}
        value={search.status ?? null}
        onChange={(status) => set({ status })}
      />
    </Group>
  );
}
