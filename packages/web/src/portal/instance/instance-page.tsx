/** One instance of the signed-in customer: what it is, whether it is well, what happens, what can be done, and what has happened. */
import { Anchor, Button, Drawer, Skeleton, SimpleGrid, Stack, Tabs, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { GuardedButton } from '../../kit/access/guarded';
import { Failure, wordsOf } from '../../kit/failure';
import { Happening } from '../../kit/happening';
import { nameOfRun } from '../../kit/happening/run-line';
import { endpointsOf } from '../../kit/instances/endpoints';
import { InstanceHead, nameOfInstance } from '../../kit/instances/instance-head';
import { type LiveProgress, useProgress } from '../../kit/use-progress';
import { type Origin, type OwnInstance, useOwnInstance } from '../own';
import { snapshotsOf } from '../own-queries';
import { customOf, type Standing, whyNot, whyReadOnly, whySuspended } from './actions';
import { type InstanceSearch, instanceSearchOf, TABS, type Tab } from './instance-search';
import { OperationsMenu } from './operations-menu';
import { Overview } from './overview';
import { newerFor } from './upgrade/newer';
import { useActions } from './use-actions';
import { useMembership } from './use-membership';
import { Gone } from './gone';
import { later } from '../../kit/page/later';
import { NotShown } from '../../kit/page/not-shown';
import { Interruption, type Interrupting, isInterrupting } from './interruption';
import classes from './instance-page.module.css';

const LogsPanel = later(async () => (await import('../../kit/nodes/logs-panel')).LogsPanel);
const OperationLog = later(async () => (await import('./operation-log')).OperationLog);
const MetricsPanel = later(async () => (await import('../../kit/nodes/metrics-panel')).MetricsPanel);
const NodesPanel = later(async () => (await import('../../kit/nodes/nodes-panel')).NodesPanel);
const ActivityTab = later(async () => (await import('./activity/activity-tab')).ActivityTab);
const Execution = later(async () => (await import('../../kit/executions/execution')).Execution);
const ExecutionsTab = later(async () => (await import('../../kit/executions/executions-tab')).ExecutionsTab);

const loadForms = () => import('./form-dialog');
/** Most who look at an instance open no form: they are loaded when the page stands. */
const FormDialog = lazy(async () => ({ default: (await loadForms()).FormDialog }));

export function InstancePage() {
  const { instanceId } = useParams({ from: '/shell/instances/$instanceId' });
  const live = useProgress(instanceId);
  const own = useOwnInstance(instanceId);
  const { instance, origin } = own;
  if (own.isMissing) return <Gone id={instanceId} />;
  if (own.error !== null && instance === undefined)
    return <NotShown title={t('The instance cannot be shown')} above={above()} error={own.error} retry={own.retry} />;
  if (own.isPending) return <Loading />;
  if (origin === undefined || instance === undefined)
    return (
      <NotShown
        title={t('The plan of the instance cannot be shown')}
        above={above()}
        error={new Error(t('It is no longer in your catalogue. Ask your provider.'))}
      />
    );
  return <Page instance={instance} origin={origin} live={live} />;
}

/** The pages over this one. */
const above = () => [{ label: t('Instances'), link: { to: '/instances' } }] as const;

function Loading() {
  return (
    <Stack gap="md" aria-busy aria-label={t('Loading the instance')}>
      <Skeleton height={64} />
      <Skeleton height={48} />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Skeleton height={240} />
        <Skeleton height={240} />
      </SimpleGrid>
    </Stack>
  );
}

function Page({ instance, origin, live }: { instance: OwnInstance; origin: Origin; live: LiveProgress }) {
  const search = useSearch({ from: '/shell/instances/$instanceId' });
  const navigate = useNavigate({ from: '/instances/$instanceId' });
  const membership = useMembership(instance.subscriptionId);
  const { act, retry, again } = useActions(instance, origin);
  const snapshots = useSnapshots(instance, origin, live);
  const run = live.progress?.run;
  const status = live.progress?.status ?? instance.status;
  const running = run !== undefined && run.finishedAt === undefined ? nameOfRun(run) : undefined;
  const standing: Standing = { instance, status, running, ...membership };
  const readOnly = whyReadOnly(standing);
  const suspended = whySuspended(standing.subscriptionStatus);
  const newer = newerFor(instance, origin);
  const planned = instance.maintenanceTasks?.upgrade_paths[0];
  const failed = run !== undefined && run.finishedAt !== undefined && run.phase !== 'Succeeded';
  const change = (changes: InstanceSearch) => void navigate({ search: (before) => instanceSearchOf({ ...before, ...changes }) });
  const open = (form: string) => change({ do: form, of: '' });
  const connect = () => {
    change({ tab: 'overview' });
    // It is drawn after the address has changed, where another tab was open.
    requestAnimationFrame(() => document.getElementById('connect')?.scrollIntoView({ block: 'start' }));
  };
  const { service, offering } = origin;
  const tab = search.tab ?? 'overview';
  const isFormKnown = useForms(search.do !== undefined);
  const [asked, setAsked] = useState<Interrupting>();
  return (
    <Stack gap="md">
      <InstanceHead
        id={instance.id}
        name={nameOfInstance(instance)}
        status={status}
        reason={live.progress?.statusDescription ?? instance.statusDescription ?? ''}
        isTold={failed && status === 'FAILED'}
        facts={`${service.serviceName} · ${offering.productTierName} ${instance.tierVersion ?? ''} · ${instance.cloud_provider} ${instance.region}`}
        createdAt={instance.created_at}
        list="/instances"
        notice={
          (newer !== undefined || planned !== undefined) && (
            <Anchor component="button" type="button" size="sm" onClick={() => open('upgrade')}>
              {planned === undefined
                ? t('upgrade {{version}} available ›', { version: newer?.version })
                : t('upgrade to {{version}} planned ›', { version: planned.target_version })}
            </Anchor>
          )
        }
      >
        <OperationsMenu
          standing={standing}
          isProtected={instance.resourceInstanceMetadata?.deletionProtection === true}
          isPending={act.isPending}
          onAct={(what) => (isInterrupting(what) ? setAsked(what) : act.mutate(what))}
          onOpen={open}
          whyNotConnect={endpointsOf(instance.detailedNetworkTopology).length > 0 ? undefined : t('It has no addresses yet.')}
          whyNotRestore={
            snapshots.data?.some((one) => one.status === 'COMPLETE') === false
              ? t('There is no complete snapshot to begin with.')
              : undefined
          }
          onConnect={connect}
        />
      </InstanceHead>
      {suspended !== undefined && <Text c="dimmed">{suspended}</Text>}
      {act.isError && <Failure title={t('It was not begun')} error={act.error} />}
      {live.refusal !== undefined && (
        <Text c="dimmed">{t('What happens cannot be shown live: {{why}}', { why: wordsOf(live.refusal) })}</Text>
      )}
      <Happening
        live={live}
        status={status}
        help={
          run !== undefined && (
            <>
              <GuardedButton size="xs" why={readOnly} loading={retry.isPending} onClick={() => retry.mutate(run.id)}>
                {t('Try again')}
              </GuardedButton>
              {whyNot(standing, 'modify') === undefined && (
                <Button size="xs" variant="default" onClick={() => open('modify')}>
                  {t('Correct the values')}
                </Button>
              )}
            </>
          )
        }
      />
      {retry.isError && <Failure title={t('It is not tried again')} error={retry.error} />}
      <Tabs value={tab} onChange={(next) => change({ tab: next as Tab, run: '', kind: '', node: '', container: '' })} keepMounted={false}>
        <Tabs.List aria-label={t('Parts of the instance')} className={classes['tabs'] ?? ''}>
          {TABS.filter((one) => one !== 'operations' || customOf(standing).length > 0).map((one) => (
            <Tabs.Tab key={one} value={one}>
              {tabName(one)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview" pt="md">
          <Overview
            instance={instance}
            origin={origin}
            standing={standing}
            snapshots={snapshots}
            isTaking={act.isPending && act.variables === 'backup'}
            onTake={() => act.mutate('backup')}
            onRestore={(of) => change({ do: 'restore', of })}
            onRotate={(of) => change({ do: 'rotate', of })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="operations" pt="md">
          <ExecutionsTab
            instanceId={instance.id}
            offered={customOf(standing)}
            whyNot={whyNot(standing, 'custom')}
            onOpen={open}
            onRun={(id) => change({ run: id })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="nodes" pt="md">
          <NodesPanel instanceId={instance.id} onLogs={(node) => change({ tab: 'logs', node, container: '' })} />
        </Tabs.Panel>
        <Tabs.Panel value="metrics" pt="md">
          <MetricsPanel instanceId={instance.id} />
        </Tabs.Panel>
        <Tabs.Panel value="logs" pt="md">
          <Stack gap="lg">
            <LogsPanel instanceId={instance.id} choice={search} onChoose={({ node = '', container = '' }) => change({ node, container })} />
            <OperationLog instanceId={instance.id} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="activity" pt="md">
          <ActivityTab instanceId={instance.id} kind={search.kind} onKind={(kind) => change({ kind: kind ?? '' })} />
        </Tabs.Panel>
      </Tabs>
      <Drawer
        opened={search.run !== undefined}
        onClose={() => change({ run: '' })}
        title={t('Call of an operation')}
        position="right"
        size="lg"
      >
        {search.run !== undefined && <Execution instanceId={instance.id} executionId={search.run} />}
      </Drawer>
      <Interruption what={asked} name={nameOfInstance(instance)} onAct={(what) => act.mutate(what)} onClose={() => setAsked(undefined)} />
      {isFormKnown && (
        <Suspense fallback={null}>
          <FormDialog
            instance={instance}
            origin={origin}
            standing={standing}
            snapshots={snapshots.data}
            newer={newer}
            search={search}
            onSearch={change}
            onTake={() => act.mutate('backup')}
            onDone={async () => {
              change({ do: '', of: '' });
              await again();
            }}
          />
        </Suspense>
      )}
    </Stack>
  );
}

/** True once the forms are there, or asked for: a dialog gives the focus back only if it was drawn, closed, before it opened. */
function useForms(isAsked: boolean): boolean {
  const [isKnown, setIsKnown] = useState(isAsked);
  if (isAsked && !isKnown) setIsKnown(true);
  useEffect(() => {
    // If it fails, whoever opens a form loads it again and is told.
    loadForms().then(
      () => setIsKnown(true),
      () => undefined,
    );
  }, []);
  return isKnown;
}

function tabName(tab: Tab): string {
  switch (tab) {
    case 'overview':
      return t('Overview');
    case 'operations':
      return t('Custom operations');
    case 'nodes':
      return t('Nodes');
    case 'metrics':
      return t('Metrics');
    case 'logs':
      return t('Logs');
    case 'activity':
      return t('Activity');
  }
}

/** Snapshots of the instance, read anew whenever an operation begins or ends. */
function useSnapshots(instance: OwnInstance, origin: Origin, live: LiveProgress) {
  const queries = useQueryClient();
  const { run } = live.progress ?? {};
  const moment = live.progress && `${run?.id ?? ''} ${run?.phase ?? ''}`;
  const before = useRef(moment);
  useEffect(() => {
    const known = before.current;
    before.current = moment;
    // What is heard first has begun or ended before the page asked for the rest.
    if (known === undefined || known === moment) return;
    for (const noun of ['snapshots', 'runs', 'audit']) void queries.invalidateQueries({ queryKey: [noun] });
  }, [queries, moment]);
  return useQuery(snapshotsOf(instance.id, origin));
}
