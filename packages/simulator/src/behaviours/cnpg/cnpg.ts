import type { Controller, ControllerDeps } from '../../controllers/controller.js';
import { arrayAt, at, equal, isObject, type JsonObject, objectAt, stringAt } from '../../json.js';
import type { Stored } from '../../store/store.js';
import { change, changeStatus, find, findAll, type Next, nowOf, type Operator, record, remove, startOperator } from '../behaviour.js';
import { hasArchive, hasBackup } from './buckets.js';
import { failOver, followRestart } from './failover.js';
import { ensureClaim, ensureJob, ensurePod, ensureShared, resizeClaims } from './objects.js';
import {
  BARMAN_PLUGIN,
  CNPG,
  CONFIGURATION,
  type ClusterState,
  configurationOf,
  countedStatus,
  dropCondition,
  isReady,
  PHASE,
  primaryOf,
  readCluster,
  serialOf,
  setCondition,
} from './state.js';
import { setConditions } from '../pods.js';

/** Milliseconds between two reconciliations of a Cluster that changes, and of a restart and a reload. */
const RECHECK_MS = 100;
/** Milliseconds until the operator sees a change. */
const LAG = 60;
const RESTART = 500;
const RELOAD = 350;
const HIBERNATION = 'cnpg.io/hibernation';

/**
 * The simulated CloudNativePG operator. A Cluster goes: first primary (volume, initdb or recovery job, pod) → one replica after the other →
 * healthy. Changed parameters are reloaded or the instances restarted one by one; fewer instances take the highest away; hibernation keeps the
 * volumes only. As with the real one, the status names no observedGeneration, and a change shows in it a moment after the write.
 */
export function startClusters(deps: ControllerDeps): Controller {
  const keyOf = ({ resource, object }: { resource: string; object: Stored }) => {
    const namespace = String(object.metadata.namespace);
    if (resource === 'clusters.postgresql.cnpg.io') return `${namespace}/${String(object.metadata.name)}`;
    if (!['pods', 'persistentvolumeclaims', 'jobs.batch'].includes(resource)) return undefined;
    const cluster = objectAt(object, 'metadata', 'labels')['cnpg.io/cluster'];
    return typeof cluster === 'string' ? `${namespace}/${cluster}` : undefined;
  };
  return startOperator(
    deps,
    'cloudnative-pg',
    keyOf,
    (operator, key) => {
      const [namespace = '', name = ''] = key.split('/');
      const state = operatorRuns(operator) ? readCluster(operator, namespace, name) : undefined;
      return state && step(operator, state);
    },
    LAG,
  );
}

/** Custom resources wait where their operator is not installed. */
export function operatorRuns(operator: Operator): boolean {
  return findAll(operator, 'apps/v1', 'Deployment', '').some(
    (one) => objectAt(one, 'metadata', 'labels')['app.kubernetes.io/name'] === 'cloudnative-pg',
  );
}

function pluginRuns(operator: Operator, name: string): boolean {
  return findAll(operator, 'v1', 'Service', '').some((one) => objectAt(one, 'metadata', 'labels')['cnpg.io/pluginName'] === name);
}

function report(operator: Operator, state: ClusterState, phase: string, reason?: string): void {
  const now = nowOf(operator);
  const healthy = phase === PHASE.healthy;
  const archives = arrayAt(state.cluster, 'spec', 'plugins').some(
    (one) => at(one, 'isWALArchiver') === true && at(one, 'enabled') !== false,
  );
  changeStatus(operator, state.cluster, (status) => {
    Object.assign(status, countedStatus(state, now), { phase, phaseReason: reason });
    setCondition(
      status,
      'Ready',
      healthy,
      healthy ? 'ClusterIsReady' : 'ClusterIsNotReady',
      healthy ? 'Cluster is Ready' : 'Cluster Is Not Ready',
      now,
    );
    if (healthy)
      setCondition(status, 'ConsistentSystemID', true, 'Unique', 'A single, unique system ID was found across reporting instances.', now);
    if (healthy && archives)
      setCondition(status, 'ContinuousArchiving', true, 'ContinuousArchivingSuccess', 'Continuous archiving is working', now);
    if (!state.hibernates) dropCondition(status, HIBERNATION);
  });
}

function step(operator: Operator, state: ClusterState): Next {
  const unknown = arrayAt(state.cluster, 'spec', 'plugins').find(
    (one) => at(one, 'enabled') !== false && !pluginRuns(operator, stringAt(one, 'name')),
  );
  if (unknown !== undefined) {
    report(
      operator,
      state,
      PHASE.unknownPlugin,
      `Unknown plugin: '${stringAt(unknown, 'name')}'. This may be caused by the plugin not being loaded correctly by the operator. Check the operator and plugin logs for errors`,
    );
    return 1000;
  }
  if (state.hibernates) return hibernate(operator, state);
  ensureShared(operator, state);
  resizeClaims(operator, state);
  if (!state.claims.some((claim) => serialOf(claim) === 1) && Number(at(state.cluster, 'status', 'latestGeneratedNode') ?? 0) === 0)
    return beginPrimary(operator, state);
  const failingOver = failOver(operator, state, report);
  if (failingOver !== undefined) return failingOver;
  const unfinished = state.jobs.find((job) => at(job, 'status', 'succeeded') === undefined);
  if (unfinished) {
    report(
      operator,
      state,
      stringAt(unfinished, 'metadata', 'name').endsWith('-join') ? PHASE.creatingReplica : PHASE.firstPrimary,
      waitReason(unfinished),
    );
    return undefined;
  }
  for (const job of state.jobs) remove(operator, job);
  if (state.jobs.length > 0) return RECHECK_MS;
  return runInstances(operator, state);
}

function waitReason(job: Stored): string | undefined {
  return stringAt(job, 'metadata', 'name').endsWith('-join')
    ? `Creating replica ${stringAt(job, 'metadata', 'name').slice(0, -'-join'.length)}`
    : undefined;
}

function beginPrimary(operator: Operator, state: ClusterState): Next {
  if (stringAt(state.cluster, 'status', 'phase') !== PHASE.firstPrimary) {
    report(operator, state, PHASE.firstPrimary, `Creating primary instance ${state.name}-1`);
    record(operator, state.cluster, 'Normal', 'CreatingInstance', 'Primary instance (initdb)');
    return RECHECK_MS;
  }
  const recovery = objectAt(state.cluster, 'spec', 'bootstrap', 'recovery');
  if (Object.keys(recovery).length > 0) {
    const problem = archiveProblem(operator, state) ?? recoveryProblem(operator, state, recovery);
    if (problem !== undefined) {
      record(operator, state.cluster, 'Warning', 'RecoveryNotPossible', problem);
      report(operator, state, PHASE.firstPrimary, problem);
      return 1000;
    }
  }
  ensureClaim(operator, state, 1);
  ensureJob(operator, state, 1, Object.keys(recovery).length > 0 ? 'full-recovery' : 'initdb');
  return RECHECK_MS;
}

/** Why the Cluster may not archive where it is told to, if so: two Clusters in one archive would spoil both. */
function archiveProblem(operator: Operator, state: ClusterState): string | undefined {
  const plugin = arrayAt(state.cluster, 'spec', 'plugins').find(
    (one) => stringAt(one, 'name') === BARMAN_PLUGIN && at(one, 'isWALArchiver') === true,
  );
  const store = find(
    operator,
    'barmancloud.cnpg.io/v1',
    'ObjectStore',
    state.namespace,
    stringAt(plugin, 'parameters', 'barmanObjectName'),
  );
  if (!store) return undefined;
  const server = stringAt(plugin, 'parameters', 'serverName') || state.name;
  if (!hasArchive(operator, stringAt(store, 'spec', 'configuration', 'destinationPath'), server)) return undefined;
  return `WAL archive check failed for server ${server}: Expected empty archive`;
}

/** Why a backup cannot be restored yet, if so. */
function recoveryProblem(operator: Operator, state: ClusterState, recovery: JsonObject): string | undefined {
  const source = stringAt(recovery, 'source');
  const backup = stringAt(recovery, 'backup', 'name');
  if (backup !== '') {
    const found = find(operator, CNPG, 'Backup', state.namespace, backup);
    return stringAt(found, 'status', 'phase') === 'completed' ? undefined : `backup ${backup} is not completed`;
  }
  const external = arrayAt(state.cluster, 'spec', 'externalClusters').find((one) => stringAt(one, 'name') === source);
  if (external === undefined) return `external cluster "${source}" is not defined`;
  const parameters = objectAt(external, 'plugin', 'parameters');
  const storeName = stringAt(parameters, 'barmanObjectName');
  if (stringAt(external, 'plugin', 'name') !== BARMAN_PLUGIN) return undefined;
  const store = find(operator, 'barmancloud.cnpg.io/v1', 'ObjectStore', state.namespace, storeName);
  if (!store) return `ObjectStore "${storeName}" not found`;
  const server = stringAt(parameters, 'serverName') || source;
  const id = stringAt(recovery, 'recoveryTarget', 'backupID');
  const path = stringAt(store, 'spec', 'configuration', 'destinationPath');
  return hasBackup(operator, path, server, id) ? undefined : `no target backup found for server "${server}" in ${path}`;
}

function runInstances(operator: Operator, state: ClusterState): Next {
  const missing = state.claims.filter((claim) => !state.pods.some((pod) => pod.metadata.name === claim.metadata.name));
  if (state.pods.some((pod) => pod.metadata.deletionTimestamp !== undefined)) return RECHECK_MS;
  if (missing.length > 0) {
    // The primary first, replicas follow it.
    const first = missing.find((claim) => claim.metadata.name === primaryOf(state)) ?? missing[0];
    if (first) ensurePod(operator, state, first);
    report(operator, state, PHASE.waiting, 'Some instances are not yet active. Please wait.');
    return RECHECK_MS;
  }
  const phase = stringAt(state.cluster, 'status', 'phase');
  const allReady = state.pods.every(isReady);
  if (allReady || phase === PHASE.restarting) {
    const changed = followConfiguration(operator, state);
    if (changed !== undefined) return changed;
  }
  const restarted = allReady ? followRestart(operator, state, report) : undefined;
  if (restarted !== undefined) return restarted;
  if (!allReady) {
    report(operator, state, PHASE.waiting, 'Some instances are not yet active. Please wait.');
    return RECHECK_MS;
  }
  if (state.claims.length < state.wanted) {
    const serial = Math.max(...state.claims.map(serialOf), Number(at(state.cluster, 'status', 'latestGeneratedNode') ?? 0)) + 1;
    ensureClaim(operator, state, serial);
    ensureJob(operator, state, serial, 'join');
    record(operator, state.cluster, 'Normal', 'CreatingInstance', `Creating instance ${state.name}-${serial}`);
    report(operator, state, PHASE.creatingReplica, `Creating replica ${state.name}-${serial}`);
    return RECHECK_MS;
  }
  if (state.claims.length > state.wanted) return scaleDown(operator, state);
  report(operator, state, PHASE.healthy);
  return undefined;
}

function scaleDown(operator: Operator, state: ClusterState): Next {
  const last = state.pods.filter((pod) => pod.metadata.name !== primaryOf(state)).at(-1);
  if (!last) return undefined;
  record(operator, state.cluster, 'Normal', 'ScaleDown', `Scaling down: removing instance ${String(last.metadata.name)}`);
  const claim = state.claims.find((one) => one.metadata.name === last.metadata.name);
  remove(operator, last);
  if (claim) remove(operator, claim);
  return RECHECK_MS;
}

/** Brings a changed configuration to one instance; undefined where all have it. */
function followConfiguration(operator: Operator, state: ClusterState): Next {
  const wanted = configurationOf(state);
  const behind = state.pods.find((pod) => objectAt(pod, 'metadata', 'annotations')[CONFIGURATION] !== wanted.all);
  if (!behind) return undefined;
  const before = String(objectAt(behind, 'metadata', 'annotations')[CONFIGURATION] ?? '');
  const restarts = !before.startsWith(JSON.stringify([wanted.restarts]).slice(0, -1));
  const imageChanged = !equal(
    arrayAt(behind, 'spec', 'containers').map((one) => at(one, 'image')),
    [state.image],
  );
  const phase = stringAt(state.cluster, 'status', 'phase');
  const busy = imageChanged ? PHASE.upgrading : restarts ? PHASE.restarting : PHASE.applying;
  if (phase !== busy) {
    if (restarts && !imageChanged)
      changeStatus(operator, behind, (status) => setConditions(status, { Ready: 'False', ContainersReady: 'False' }, nowOf(operator)));
    const fresh = readCluster(operator, state.namespace, state.name) ?? state;
    report(operator, fresh, busy, imageChanged ? `Restarting instance ${String(behind.metadata.name)}` : undefined);
    return restarts ? RESTART : RELOAD;
  }
  if (imageChanged) {
    remove(operator, behind);
    return RECHECK_MS;
  }
  change(operator, behind, (next) => {
    next.metadata.annotations = { ...objectAt(next, 'metadata', 'annotations'), [CONFIGURATION]: wanted.all };
  });
  changeStatus(operator, behind, (status) => setConditions(status, { Ready: 'True', ContainersReady: 'True' }, nowOf(operator)));
  return RECHECK_MS;
}

function hibernate(operator: Operator, state: ClusterState): Next {
  for (const pod of state.pods) if (pod.metadata.deletionTimestamp === undefined) remove(operator, pod);
  const now = nowOf(operator);
  const gone = state.pods.length === 0;
  changeStatus(operator, state.cluster, (status) => {
    Object.assign(status, countedStatus(state, now), { phase: status.phase ?? PHASE.healthy });
    setCondition(status, 'Ready', false, 'ClusterIsNotReady', 'Cluster Is Not Ready', now);
    setCondition(
      status,
      HIBERNATION,
      gone,
      gone ? 'Hibernated' : 'DeletingPods',
      gone ? 'Cluster has been hibernated' : 'Hibernation is in progress',
      now,
    );
  });
  return gone ? undefined : RECHECK_MS;
}

/** True where a Cluster is up and its primary answers. */
export function isHealthy(cluster: Stored | undefined): boolean {
  return isObject(cluster) && stringAt(cluster, 'status', 'phase') === PHASE.healthy;
}
