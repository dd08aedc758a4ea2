import { arrayAt, at, isObject, type JsonObject, objectAt, stringAt } from '../../json.js';
import type { Stored } from '../../store/store.js';
import { find, findAll, type Operator } from '../behaviour.js';
import { DEFAULT_IMAGE, majorOf, tagOf } from './image.js';

export const CNPG = 'postgresql.cnpg.io/v1';
export const BARMAN_PLUGIN = 'barman-cloud.cloudnative-pg.io';

/** The phases of a Cluster that the simulated operator goes through (CloudNativePG 1.29 api/v1/cluster_types.go). */
export const PHASE = {
  firstPrimary: 'Setting up primary',
  creatingReplica: 'Creating a new replica',
  waiting: 'Waiting for the instances to become active',
  healthy: 'Cluster in healthy state',
  restarting: 'Primary instance is being restarted in-place',
  restartingPod: 'Primary instance is being restarted without a switchover',
  failingOver: 'Failing over',
  upgrading: 'Upgrading cluster',
  applying: 'Applying configuration',
  unknownPlugin: 'Cluster cannot proceed to reconciliation due to an unknown plugin being required',
} as const;

/** Annotation on instance pods: the configuration that they run with. */
export const CONFIGURATION = 'simulator.cellplane.dev/configuration';

/** What there is of a Cluster. */
export interface ClusterState {
  cluster: Stored;
  name: string;
  namespace: string;
  /** Instance pods, lowest serial first. */
  pods: Stored[];
  claims: Stored[];
  jobs: Stored[];
  wanted: number;
  image: string;
  hibernates: boolean;
}

export const serialOf = (object: Stored): number => Number(objectAt(object, 'metadata', 'annotations')['cnpg.io/nodeSerial'] ?? 0);
export const isReady = (pod: Stored): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  arrayAt(pod, 'status', 'conditions').some((one) => at(one, 'type') === 'Ready' && at(one, 'status') === 'True');

/** Reads a Cluster and all that belongs to it; undefined where it is gone or going. */
export function readCluster(operator: Operator, namespace: string, name: string): ClusterState | undefined {
  const cluster = find(operator, CNPG, 'Cluster', namespace, name);
  if (!cluster || cluster.metadata.deletionTimestamp !== undefined) return undefined;
  const mine = (kind: string, apiVersion = 'v1') =>
    findAll(operator, apiVersion, kind, namespace)
      .filter((one) => objectAt(one, 'metadata', 'labels')['cnpg.io/cluster'] === name)
      .sort((a, b) => serialOf(a) - serialOf(b));
  return {
    cluster,
    name,
    namespace,
    pods: mine('Pod').filter((pod) => objectAt(pod, 'metadata', 'labels')['cnpg.io/podRole'] === 'instance'),
    claims: mine('PersistentVolumeClaim').filter((claim) => claim.metadata.deletionTimestamp === undefined),
    jobs: mine('Job', 'batch/v1'),
    wanted: Number(at(cluster, 'spec', 'instances') ?? 1),
    image: stringAt(cluster, 'spec', 'imageName') || DEFAULT_IMAGE,
    hibernates: objectAt(cluster, 'metadata', 'annotations')['cnpg.io/hibernation'] === 'on',
  };
}

/** What instances must run with: changes of it reach the pods one after the other. `restarts`: the part that needs a restart. */
export function configurationOf(state: ClusterState): { all: string; restarts: string } {
  const spec = objectAt(state.cluster, 'spec');
  const parameters = objectAt(spec, 'postgresql', 'parameters');
  const needRestart = Object.fromEntries(Object.entries(parameters).filter(([name]) => RESTART_PARAMETERS.has(name)));
  const restarts = JSON.stringify([
    state.image,
    spec.resources ?? null,
    needRestart,
    objectAt(spec, 'postgresql').shared_preload_libraries ?? null,
  ]);
  return { all: JSON.stringify([restarts, objectAt(spec, 'postgresql')]), restarts };
}

/** PostgreSQL parameters of context `postmaster`, those that plans set. */
const RESTART_PARAMETERS = new Set([
  'max_connections',
  'shared_buffers',
  'max_worker_processes',
  'max_prepared_transactions',
  'max_wal_senders',
  'max_replication_slots',
  'wal_level',
  'max_locks_per_transaction',
  'huge_pages',
  'wal_buffers',
  'track_activity_query_size',
  'max_files_per_process',
  'superuser_reserved_connections',
]);

/** The primary's name: the one in the status while it lives, else the lowest instance. */
export function primaryOf(state: ClusterState): string {
  const current = stringAt(state.cluster, 'status', 'currentPrimary');
  if (state.claims.some((claim) => claim.metadata.name === current)) return current;
  return String(state.claims[0]?.metadata.name ?? '');
}

/** The parts of the status that are counted from pods and claims. */
export function countedStatus(state: ClusterState, now: string): JsonObject {
  const { name, pods, claims } = state;
  const healthy = pods.filter(isReady).map((pod) => String(pod.metadata.name));
  const names = claims.map((claim) => String(claim.metadata.name));
  const primary = primaryOf(state);
  const status = objectAt(state.cluster, 'status');
  const began = healthy.includes(primary) || status.currentPrimary !== undefined;
  return {
    instances: names.length,
    readyInstances: healthy.length > 0 ? healthy.length : undefined,
    instanceNames: names.length > 0 ? names : undefined,
    instancesStatus:
      pods.length > 0
        ? {
            ...(healthy.length > 0 && { healthy }),
            ...(pods.length > healthy.length && { failed: pods.filter((pod) => !isReady(pod)).map((pod) => String(pod.metadata.name)) }),
          }
        : undefined,
    currentPrimary: began ? primary : undefined,
    ...(began && status.currentPrimaryTimestamp === undefined && { currentPrimaryTimestamp: now.replace('Z', '.000000Z') }),
    targetPrimary: primary === '' ? undefined : primary,
    ...(primary !== '' && status.targetPrimaryTimestamp === undefined && { targetPrimaryTimestamp: now.replace('Z', '.000000Z') }),
    image: state.image,
    pgDataImageInfo: { image: state.image, majorVersion: majorOf(tagOf(state.image)) ?? 0 },
    topology: {
      successfullyExtracted: true,
      ...(pods.length > 0 && { instances: Object.fromEntries(pods.map((pod) => [String(pod.metadata.name), {}])), nodesUsed: 1 }),
    },
    pvcCount: claims.length || undefined,
    healthyPVC: claims.length > 0 ? names.filter((one) => pods.some((pod) => pod.metadata.name === one)) : undefined,
    danglingPVC:
      claims.length > pods.length && state.jobs.length === 0
        ? names.filter((one) => !pods.some((pod) => pod.metadata.name === one))
        : undefined,
    latestGeneratedNode: Math.max(Number(status.latestGeneratedNode ?? 0), ...claims.map(serialOf), 0),
    ...(began && { timelineID: status.timelineID ?? 1, systemID: systemId(state.cluster) }),
    writeService: `${name}-rw`,
    readService: `${name}-r`,
    poolerIntegrations: { pgBouncerIntegration: {} },
    managedRolesStatus: {},
    switchReplicaClusterStatus: {},
  };
}

// A number of PostgreSQL's length that stays the same for the Cluster's life.
function systemId(cluster: Stored): string {
  return `7${BigInt(`0x${String(cluster.metadata.uid).replaceAll('-', '').slice(0, 15)}`)
    .toString()
    .padStart(18, '0')}`.slice(0, 19);
}

/** Sets one condition, in place. */
export function setCondition(status: JsonObject, type: string, value: boolean, reason: string, message: string, now: string): void {
  const conditions = Array.isArray(status.conditions) ? status.conditions.filter(isObject) : [];
  const found = conditions.find((one) => one.type === type);
  const state = value ? 'True' : 'False';
  if (!found) conditions.push({ type, status: state, reason, message, lastTransitionTime: now });
  else
    Object.assign(found, { status: state, reason, message, lastTransitionTime: found.status === state ? found.lastTransitionTime : now });
  status.conditions = conditions;
}

/** Takes a condition away, in place. */
export function dropCondition(status: JsonObject, type: string): void {
  if (Array.isArray(status.conditions)) status.conditions = status.conditions.filter((one) => !isObject(one) || one.type !== type);
}
