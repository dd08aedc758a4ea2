/** One instance of a customer, as the provider's people see it: whether it is well, what happens, what can be done, and why not. */
import { Anchor, Stack, Tabs, Text } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { wordsOf } from '../../kit/failure';
import { ownOperations } from '../../kit/executions/own-operations';
import { Happening } from '../../kit/happening';
import { nameOfRun } from '../../kit/happening/run-line';
import { InstanceHead, nameOfInstance } from '../../kit/instances/instance-head';
import type { LogChoice } from '../../kit/nodes/logs-panel';
import { type LiveProgress, useProgress } from '../../kit/use-progress';
import { useFleetInstance } from '../fleet';
import { RunActions } from '../run/run-actions';
import type { FleetInstance } from './fleet-instance';
import { InstanceBackups } from './instance-backups';
import { InstanceFacts } from './instance-facts';
import { INSTANCE_TABS, type InstanceTab, instanceViewOf } from './instance-view';
import type { Resting } from '../../kit/instances/may-begin';
import { ProviderActions } from './provider-actions';
import { later } from '../../kit/page/later';
import { Missing } from '../../kit/page/missing';
import { NotShown } from '../../kit/page/not-shown';
import { PageLoading } from '../../kit/page/page-loading';

const LogsPanel = later(async () => (await import('../../kit/nodes/logs-panel')).LogsPanel);
const MetricsPanel = later(async () => (await import('../../kit/nodes/metrics-panel')).MetricsPanel);
const NodesPanel = later(async () => (await import('../../kit/nodes/nodes-panel')).NodesPanel);
const ChangeSection = later(async () => (await import('./change-section')).ChangeSection);
const DebugSection = later(async () => (await import('./debug-section')).DebugSection);
const DriftSection = later(async () => (await import('./drift-section')).DriftSection);
const InstanceOperations = later(async () => (await import('./instance-operations')).InstanceOperations);
const HistorySection = later(async () => (await import('./history-section')).HistorySection);

export function FleetInstancePage() {
  const { instanceId } = useParams({ from: '/shell/console/instances/$instanceId' });
  const live = useProgress(instanceId);
  const found = useFleetInstance(instanceId);
  if (found.isError)
    return <NotShown title={t('The instance cannot be shown')} above={above()} error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <PageLoading label={t('Loading the instance')} />;
  if (found.data === null) return <Gone instanceId={instanceId} />;
  return <Page found={found.data} live={live} />;
}

/** It is deleted, or never was: what was done to it may still be read. */
function Gone({ instanceId }: { instanceId: string }) {
  return (
    <Stack gap="md">
      <Missing
        title={t('There is no such instance')}
        above={above()}
        id={instanceId}
        why={t('It was deleted, or it is of a product that you have no role for.')}
      />
      <HistorySection instanceId={instanceId} isGone />
    </Stack>
  );
}

function tabName(tab: InstanceTab, drifted: number): string {
  switch (tab) {
    case 'overview':
      return t('Overview');
    case 'nodes':
      return t('Nodes');
    case 'metrics':
      return t('Metrics');
    case 'logs':
      return t('Logs');
    case 'operations':
      return t('Operations of the plan');
    case 'change':
      return t('Change');
    case 'history':
      return t('History');
    case 'drift':
      return drifted > 0 ? t('Drift ({{count}})', { count: drifted }) : t('Drift');
    case 'debug':
      return t('What was sent');
  }
}

function Page({ found, live }: { found: FleetInstance; live: LiveProgress }) {
  const { consumptionResourceInstanceResult: instance, ...of } = found;
  const view = useSearch({ from: '/shell/console/instances/$instanceId' });
  const { tab = 'overview', node, container } = view;
  const navigate = useNavigate({ from: '/console/instances/$instanceId' });
  const status = live.progress?.status ?? instance.status;
  const run = live.progress?.run;
  const failed = run?.finishedAt !== undefined && run.phase !== 'Succeeded';
  const standing: Resting = {
    status,
    running: run !== undefined && run.finishedAt === undefined ? nameOfRun(run) : undefined,
    incomplete: instance.incomplete,
  };
  const { serviceId, environmentId } = found;
  const actions = run !== undefined && run.phase !== 'Succeeded' && (
    <RunActions
      size="xs"
      run={{
        id: run.id,
        serviceId,
        environmentId,
        status: wireStatus(run),
        ...(run.finishedAt === undefined ? {} : { endTime: run.finishedAt }),
      }}
    />
  );
  const tabs = INSTANCE_TABS.filter((one) => one !== 'operations' || tab === one || ownOperations(instance).length > 0);
  const showLog = (choice: LogChoice) =>
    void navigate({ search: instanceViewOf({ tab: 'logs', ...choice }), replace: tab === 'logs', resetScroll: false });
  return (
    <Stack gap="md">
      <InstanceHead
        id={instance.id}
        name={nameOfInstance(instance)}
        isTold={failed && status === 'FAILED'}
        status={status}
        reason={live.progress?.statusDescription ?? of.statusDescription ?? ''}
        facts={`${of.organizationName} · ${of.serviceName} · ${of.productTierName} ${of.tierVersion} · ${of.serviceEnvName} · ${instance.cloud_provider} ${instance.region}`}
        createdAt={instance.created_at}
        list="/console/instances"
      >
        <ProviderActions found={found} standing={standing} />
      </InstanceHead>
      {live.refusal !== undefined && (
        <Text c="dimmed">
          {t('What happens cannot be shown live:')} {wordsOf(live.refusal)}
        </Text>
      )}
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) =>
          void navigate({
            search: value === null || value === 'overview' ? {} : { tab: value as InstanceTab },
            replace: true,
            resetScroll: false,
          })
        }
      >
        <Tabs.List mb="md">
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {tabName(one, instance.driftedFields ?? 0)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Stack gap="md">
            <Happening live={live} status={status} help={actions} controls={actions} more={run !== undefined && <RunLink id={run.id} />} />
            <InstanceFacts found={found}>
              <InstanceBackups
                found={found}
                standing={standing}
                restore={view.restore}
                onRestore={(restore) => void navigate({ search: restore === undefined ? {} : { restore }, resetScroll: false })}
              />
            </InstanceFacts>
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="operations">
          <InstanceOperations
            found={found}
            standing={standing}
            view={view}
            onView={(open) => void navigate({ search: instanceViewOf({ tab: 'operations', ...open }), resetScroll: false })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="nodes">
          <NodesPanel instanceId={instance.id} onLogs={(name) => showLog({ node: name })} />
        </Tabs.Panel>
        <Tabs.Panel value="metrics">
          <MetricsPanel instanceId={instance.id} />
        </Tabs.Panel>
        <Tabs.Panel value="logs">
          <LogsPanel instanceId={instance.id} choice={{ node, container }} onChoose={showLog} />
        </Tabs.Panel>
        <Tabs.Panel value="change">
          <ChangeSection found={found} standing={standing} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <Stack gap="md">
            <HistorySection instanceId={instance.id} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="drift">
          <DriftSection instanceId={instance.id} />
        </Tabs.Panel>
        <Tabs.Panel value="debug">
          <DebugSection found={found} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

/** The way to the run's own page, with all of its moments. */
function RunLink({ id }: { id: string }) {
  return (
    <Anchor
      size="sm"
      underline="always"
      title={t('Show this run at every moment of it, and set breakpoints')}
      renderRoot={(props) => <Link to="/console/runs/$runId" params={{ runId: id }} {...props} />}
    >
      {t('Open the run')}
    </Anchor>
  );
}

/** The phase of a run as lists of runs have it. */
function wireStatus({
  phase,
  paused,
  finishedAt,
}: {
  phase: string;
  paused?: boolean | undefined;
  finishedAt?: string | undefined;
}): string {
  if (paused === true && finishedAt === undefined) return 'PAUSED';
  if (finishedAt === undefined) return 'IN_PROGRESS';
  if (phase === 'Succeeded') return 'SUCCESS';
  return phase === 'Terminated' ? 'CANCELLED' : 'FAILED';
}

function above() {
  return [{ label: t('Instances'), link: { to: '/console/instances' } }] as const;
}
