import type { Controller, ControllerDeps } from '../../controllers/controller.js';
import { arrayAt, at, isObject, objectAt, stringAt } from '../../json.js';
import type { Stored } from '../../store/store.js';
import {
  changeStatus,
  ensureObject,
  find,
  findAll,
  type Next,
  nowOf,
  type Operator,
  ownedBy,
  record,
  startOperator,
} from '../behaviour.js';
import { rememberBackup } from './buckets.js';
import { isHealthy, operatorRuns } from './cnpg.js';
import { BARMAN_PLUGIN, type ClusterState, CNPG, isReady, primaryOf, readCluster, setCondition } from './state.js';

/** Milliseconds of a simulated base backup, and between looks at a Cluster that cannot be backed up yet. */
const TAKES = 700;
const RETRY = 1000;

/** Backups are taken of healthy Clusters, wait for others, and fail where there is nowhere to put them. A ScheduledBackup with `immediate` takes one. */
export function startBackups(deps: ControllerDeps): Controller {
  const keyOf = ({ resource, object }: { resource: string; object: Stored }) =>
    resource === 'backups.postgresql.cnpg.io' || resource === 'scheduledbackups.postgresql.cnpg.io'
      ? `${resource}/${String(object.metadata.namespace)}/${String(object.metadata.name)}`
      : undefined;
  return startOperator(deps, 'cloudnative-pg-backup', keyOf, (operator, key) => {
    const [resource = '', namespace = '', name = ''] = key.split('/');
    if (!operatorRuns(operator)) return undefined;
    if (resource.startsWith('scheduled')) return schedule(operator, namespace, name);
    const backup = find(operator, CNPG, 'Backup', namespace, name);
    return backup && backup.metadata.deletionTimestamp === undefined ? step(operator, backup) : undefined;
  });
}

const stamp = (time: string) => time.replace(/[-:TZ]/g, '');

function step(operator: Operator, backup: Stored): Next {
  const phase = stringAt(backup, 'status', 'phase');
  if (phase === 'completed' || phase === 'failed') return undefined;
  const namespace = String(backup.metadata.namespace);
  const clusterName = stringAt(backup, 'spec', 'cluster', 'name');
  const state = readCluster(operator, namespace, clusterName);
  const now = nowOf(operator);
  if (!state) {
    record(operator, backup, 'Warning', 'FindingCluster', `Unknown cluster ${clusterName}, will retry in 30 seconds`);
    if (phase !== 'pending') changeStatus(operator, backup, (status) => void (status.phase = 'pending'));
    return RETRY;
  }
  const problem = destinationProblem(operator, backup, state.cluster);
  if (problem !== undefined) {
    changeStatus(operator, backup, (status) =>
      Object.assign(status, { phase: 'failed', error: problem, method: at(backup, 'spec', 'method') }),
    );
    record(operator, backup, 'Warning', 'Error', `Backup failed: ${problem}`);
    return undefined;
  }
  const pod = podToBackUp(backup, state);
  if (!isHealthy(state.cluster) || !pod) {
    if (phase !== 'pending') changeStatus(operator, backup, (status) => void (status.phase = 'pending'));
    return RETRY;
  }
  if (phase !== 'started' && phase !== 'running') {
    const started = {
      phase: 'started',
      method: at(backup, 'spec', 'method'),
      instanceID: { podName: pod.metadata.name, ContainerID: `simulated://${String(pod.metadata.uid)}` },
      startedAt: now,
      reconciliationStartedAt: now,
    };
    changeStatus(operator, backup, (status) => Object.assign(status, started));
    record(operator, backup, 'Normal', 'Starting', `Starting backup for cluster ${clusterName}`);
    return TAKES;
  }
  const startedAt = stringAt(backup, 'status', 'startedAt');
  if (operator.cell.clock.now() - Date.parse(startedAt) < operator.scaled(TAKES)) return TAKES;
  complete(operator, backup, state.cluster, startedAt, now);
  return undefined;
}

/** The instance that the base backup is taken from: a replica where there is one, unless backup or Cluster say the primary. */
function podToBackUp(backup: Stored, state: ClusterState): Stored | undefined {
  const target = stringAt(backup, 'spec', 'target') || stringAt(state.cluster, 'spec', 'backup', 'target') || 'prefer-standby';
  const primary = primaryOf(state);
  const ready = state.pods.filter(isReady);
  const replica = target === 'primary' ? undefined : ready.find((pod) => pod.metadata.name !== primary);
  return replica ?? ready.find((pod) => pod.metadata.name === primary);
}

/** Where a Cluster's backups go, or why they cannot. */
function destination(operator: Operator, backup: Stored, cluster: Stored): { path: string; server: string; store?: Stored } | string {
  const name = stringAt(cluster, 'metadata', 'name');
  const method = stringAt(backup, 'spec', 'method');
  if (method !== 'plugin') {
    const store = objectAt(cluster, 'spec', 'backup', 'barmanObjectStore');
    if (method === 'barmanObjectStore' && stringAt(store, 'destinationPath') === '')
      return 'cannot proceed with the backup as the cluster has no backup section';
    return { path: stringAt(store, 'destinationPath'), server: stringAt(store, 'serverName') || name };
  }
  const pluginName = stringAt(backup, 'spec', 'pluginConfiguration', 'name');
  const plugin = arrayAt(cluster, 'spec', 'plugins').find((one) => stringAt(one, 'name') === pluginName);
  if (plugin === undefined) return `requested plugin is not available: ${pluginName || '(none)'}`;
  if (pluginName !== BARMAN_PLUGIN) return { path: '', server: name };
  const storeName = stringAt(plugin, 'parameters', 'barmanObjectName');
  const store = find(operator, 'barmancloud.cnpg.io/v1', 'ObjectStore', String(cluster.metadata.namespace), storeName);
  if (!store) return `ObjectStore.barmancloud.cnpg.io "${storeName}" not found`;
  return {
    path: stringAt(store, 'spec', 'configuration', 'destinationPath'),
    server: stringAt(plugin, 'parameters', 'serverName') || name,
    store,
  };
}

function destinationProblem(operator: Operator, backup: Stored, cluster: Stored): string | undefined {
  const found = destination(operator, backup, cluster);
  return typeof found === 'string' ? found : undefined;
}

function complete(operator: Operator, backup: Stored, cluster: Stored, startedAt: string, now: string): void {
  const place = destination(operator, backup, cluster);
  if (typeof place === 'string') return;
  const id = stamp(startedAt).replace(/^(\d{8})(\d{6})$/, '$1T$2');
  const isPlugin = at(backup, 'spec', 'method') === 'plugin';
  changeStatus(operator, backup, (status) =>
    Object.assign(status, {
      phase: 'completed',
      backupId: id,
      backupName: `backup-${stamp(startedAt)}`,
      beginWal: '000000010000000000000002',
      endWal: '000000010000000000000003',
      beginLSN: '0/2000028',
      endLSN: '0/3000050',
      stoppedAt: now,
      reconciliationTerminatedAt: now,
      online: true,
      ...(isPlugin
        ? { pluginMetadata: { version: 'simulated', clusterUID: String(cluster.metadata.uid), timeline: '1' } }
        : { destinationPath: place.path, serverName: place.server }),
    }),
  );
  record(operator, backup, 'Normal', 'Completed', 'Backup completed');
  changeStatus(operator, cluster, (status) => {
    setCondition(status, 'LastBackupSucceeded', true, 'LastBackupSucceeded', 'Backup was successful', now);
    Object.assign(status, { lastSuccessfulBackup: now, firstRecoverabilityPoint: status.firstRecoverabilityPoint ?? now });
  });
  rememberBackup(operator, { path: place.path, server: place.server, id });
  if (place.store) {
    changeStatus(operator, place.store, (status) => {
      const windows = isObject(status.serverRecoveryWindow) ? status.serverRecoveryWindow : {};
      const before = windows[place.server];
      status.serverRecoveryWindow = {
        ...windows,
        [place.server]: { firstRecoverabilityPoint: stringAt(before, 'firstRecoverabilityPoint') || now, lastSuccessfulBackupTime: now },
      };
    });
  }
}

function schedule(operator: Operator, namespace: string, name: string): Next {
  const scheduled = find(operator, CNPG, 'ScheduledBackup', namespace, name);
  if (!scheduled || at(scheduled, 'spec', 'suspend') === true || at(scheduled, 'spec', 'immediate') !== true) return undefined;
  if (stringAt(scheduled, 'status', 'lastScheduleTime') !== '') return undefined;
  const now = nowOf(operator);
  const { cluster, method, pluginConfiguration, target, online } = objectAt(scheduled, 'spec');
  const owner = at(scheduled, 'spec', 'backupOwnerReference');
  const clusterObject = findAll(operator, CNPG, 'Cluster', namespace).find((one) => one.metadata.name === stringAt(cluster, 'name'));
  const ownerReferences = owner === 'self' ? ownedBy(scheduled) : owner === 'cluster' && clusterObject ? ownedBy(clusterObject) : undefined;
  ensureObject(operator, {
    apiVersion: CNPG,
    kind: 'Backup',
    metadata: {
      name: `${name}-${stamp(now)}`,
      namespace,
      labels: { 'cnpg.io/cluster': stringAt(cluster, 'name'), 'cnpg.io/immediateBackup': 'true', 'cnpg.io/scheduled-backup': name },
      ...(ownerReferences && { ownerReferences }),
    },
    spec: {
      cluster,
      method,
      ...(pluginConfiguration !== undefined && { pluginConfiguration }),
      ...(target !== undefined && { target }),
      ...(online !== undefined && { online }),
    },
  });
  changeStatus(operator, scheduled, (status) => Object.assign(status, { lastCheckTime: now, lastScheduleTime: now }));
  return undefined;
}
