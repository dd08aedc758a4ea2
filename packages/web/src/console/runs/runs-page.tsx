/** Runs of all products, newest first. */
import { Anchor, CloseButton, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../app/client';
import { useScope } from '../../app/use-scope';
import { Failure } from '../../kit/failure';
import { duration, Moment, useNow } from '../../kit/moment';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { inWords } from '../../kit/code-words';
import { Status } from '../../kit/status';
import { DataTable } from '../../kit/table/data-table';
import { OlderRows } from '../../kit/table/older-rows';
import { useTyped } from '../../kit/table/use-typed';
import { usePages } from '../../kit/use-pages';
import { InstanceCell } from '../instance-link';
import { usePlanOptions } from '../plans-query';
import { EmptyInScope } from '../scope/empty-in-scope';
import { type RunSearch, runSearchOf, startOf } from './run-search';
import { runStatus } from './run-status';

type ListedRun = Awaited<ReturnType<Client['listRuns']>>['runs'][number];

const PAGE = 50;

export function RunsPage() {
  const search = runSearchOf(useSearch({ from: '/shell/console/runs' }));
  const scope = useScope();
  const { verb, phase, planId, instanceId, since } = search;
  const found = usePages(['runs', 'list', search, scope], async (page) => {
    const startDate = startOf(since, new Date());
    const filter = {
      ...scope,
      ...(verb === undefined ? {} : { verb }),
      ...(phase === undefined ? {} : { phase }),
      ...(planId === undefined ? {} : { planId }),
      ...(instanceId === undefined ? {} : { instanceId }),
      ...(startDate === undefined ? {} : { startDate }),
    };
    const { runs, nextPageToken } = await client.listRuns({ query: { ...filter, pageSize: PAGE, ...page } });
    return { rows: runs, nextPageToken };
  });
  return (
    <Stack gap="md">
      <PageHead title={t('Runs')} facts={t('What was done to instances, and what is being done.')} />
      <Filters search={search} verbs={(found.rows ?? []).map(({ verb }) => verb)} />
      {found.error !== null && <Failure title={t('The runs cannot be shown')} error={found.error} retry={found.retry} />}
      {found.error === null && <RunTable rows={found.rows} isFiltered={Object.keys(search).length > 0} />}
      <OlderRows more={found.more} label={t('Show older runs')} />
    </Stack>
  );
}

/** `verbs`: of the runs that are listed, those of workflows that a plan has of its own among them. */
function Filters({ search, verbs }: { search: RunSearch; verbs: readonly string[] }) {
  const navigate = useNavigate({ from: '/console/runs' });
  const plans = usePlanOptions(useScope());
  const set = (changes: { [N in keyof RunSearch]?: string | null }) => {
    const next: RunSearch = {};
    for (const [name, value] of Object.entries({ ...search, ...changes }))
      if (value !== null && value !== '') next[name as keyof RunSearch] = value;
    void navigate({ search: next, replace: true });
  };
  const [typed, setTyped] = useTyped(search.instanceId ?? '', (text) => set({ instanceId: text.trim() }));
  return (
    <Group gap="xs" align="flex-end">
      <TextInput
        aria-label={t('Instance')}
        placeholder={t('Id of an instance')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        rightSection={typed !== '' && <CloseButton size="sm" aria-label={t('All instances')} onClick={() => setTyped('')} />}
        w={220}
      />
      <Select
        aria-label={t('Status')}
        placeholder={t('Any status')}
        clearable
        w={150}
        data={[
          { value: 'Running', label: t('Running') },
          { value: 'Succeeded', label: t('Succeeded') },
          { value: 'Failed', label: t('Failed') },
          { value: 'Terminated', label: t('Ended by hand') },
        ]}
        value={search.phase ?? null}
        onChange={(phase) => set({ phase })}
      />
      <Select
        aria-label={t('Operation')}
        placeholder={t('Any operation')}
        clearable
        searchable
        w={170}
        data={[...new Set([...VERBS, ...verbs, ...(search.verb === undefined ? [] : [search.verb])])].map((value) => ({
          value,
          label: inWords(value),
        }))}
        value={search.verb ?? null}
        onChange={(verb) => set({ verb })}
      />
      <Select
        aria-label={t('Plan')}
        placeholder={t('Any plan')}
        clearable
        searchable
        w={220}
        data={plans}
        value={search.planId ?? null}
        onChange={(planId) => set({ planId })}
      />
      <Select
        aria-label={t('Time')}
        placeholder={t('Any time')}
        clearable
        w={160}
        data={[
          { value: '1h', label: t('Last hour') },
          { value: '24h', label: t('Last 24 hours') },
          { value: '7d', label: t('Last 7 days') },
        ]}
        value={search.since ?? null}
        onChange={(since) => set({ since })}
      />
    </Group>
  );
}

const VERBS = [
  'create',
  'modify',
  'delete',
  'start',
  'stop',
  'restart',
  'addCapacity',
  'removeCapacity',
  'failover',
  'backup',
  'restore',
  'deleteBackup',
];

/** Runs as rows, wherever they are listed. */
function RunTable({ rows, isFiltered }: { rows: readonly ListedRun[] | undefined; isFiltered: boolean }) {
  const now = useNow(1_000);
  return (
    <DataTable
      label={t('Runs')}
      rows={rows}
      keyOf={({ id }) => id}
      empty={
        isFiltered ? (
          <Text c="dimmed">{t('No run is like that. Change the filters.')}</Text>
        ) : (
          <EmptyInScope>
            <Empty title={t('Nothing has been done yet')}>
              {t('Every operation on an instance is a run. The first one comes with the first instance.')}
            </Empty>
          </EmptyInScope>
        )
      }
      columns={[
        {
          key: 'run',
          name: t('Run'),
          cell: ({ id, verb }) => (
            <>
              <Anchor renderRoot={(props) => <Link to="/console/runs/$runId" params={{ runId: id }} {...props} />}>{inWords(verb)}</Anchor>
              <Text size="xs" c="dimmed" className="mono">
                {id.split('-').at(-1)}
              </Text>
            </>
          ),
        },
        {
          key: 'status',
          name: t('Status'),
          cell: ({ status, message }) => (
            <>
              <Status {...runStatus(status)} />
              {message !== undefined && status !== 'SUCCESS' && (
                <Text size="xs" c="dimmed" lineClamp={2} maw={360}>
                  {message}
                </Text>
              )}
            </>
          ),
        },
        {
          key: 'instance',
          name: t('Instance'),
          cell: ({ instanceId = '', instanceName, orgName }) => <InstanceCell id={instanceId} name={instanceName} owner={orgName} />,
        },
        {
          key: 'plan',
          name: t('Plan'),
          cell: ({ serviceName, planName, version, environmentName }) => (
            <>
              {planName}{' '}
              <Text component="span" size="sm" className="mono">
                {version}
              </Text>
              <Text size="xs" c="dimmed">
                {serviceName} · {environmentName}
              </Text>
            </>
          ),
        },
        { key: 'started', name: t('Begun'), cell: ({ startTime }) => <Moment at={startTime} /> },
        {
          key: 'took',
          name: t('Took'),
          align: 'right',
          cell: ({ startTime, endTime }) => (
            <span className="mono" style={{ whiteSpace: 'nowrap' }}>
              {duration((endTime === undefined ? now.getTime() : Date.parse(endTime)) - Date.parse(startTime))}
            </span>
          ),
        },
      ]}
    />
  );
}
