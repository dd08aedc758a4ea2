/** A Pod as customers and providers see it. Pure. */
import type { InstanceNode } from '@cellplane/api';
import { type ExplainedEvent, type KubernetesObject, podProblems } from '@cellplane/kubernetes';
import { causesOf } from '../engine/explain/causes.js';
import { saidByEvent, saidByPod } from '../engine/explain/statements.js';
import { sumOf } from './quantity.js';

/** Labels by which operators say what a Pod is within its product. */
const ROLES = [
  'cnpg.io/instanceRole',
  'k8s.mariadb.com/role',
  'mysql.oracle.com/cluster-role',
  'spilo-role',
  'redis-role',
  'role',
  'app.kubernetes.io/component',
];
/** A Job's Pods do what it is for, and end. */
const OF_A_JOB = 'batch.kubernetes.io/job-name';

interface ContainerSpec {
  name: string;
  image?: string;
  resources?: { requests?: Record<string, unknown>; limits?: Record<string, unknown> };
}

interface ContainerStatus {
  name: string;
  ready?: boolean;
  restartCount?: number;
  state?: { running?: object; waiting?: object; terminated?: object };
  lastState?: { terminated?: object };
}

/** Whether a Pod with these labels does the work of a Job. */
export function isOfJob(labels: Readonly<Record<string, string>>): boolean {
  return OF_A_JOB in labels;
}

/** The fields of a Pod that are read here. */
export interface PodFields {
  spec?: { nodeName?: string; containers?: ContainerSpec[]; initContainers?: ContainerSpec[] };
  status?: {
    phase?: string;
    startTime?: string;
    conditions?: { type: string; status: string }[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

/** `warnings`: those of the namespace. `zones`: of the cell's machines, by their names. */
export function nodeOf(pod: KubernetesObject, warnings: readonly ExplainedEvent[], zones: ReadonlyMap<string, string>): InstanceNode {
  const { spec = {}, status = {} } = pod as PodFields;
  const { name, labels = {}, deletionTimestamp, creationTimestamp } = pod.metadata;
  const { containers: main = [], initContainers: init = [] } = spec;
  const ready = (status.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True');
  const word = deletionTimestamp === undefined ? (WORDS[status.phase ?? ''] ?? 'UNKNOWN') : 'DELETING';
  const isOver = word === 'COMPLETE' || word === 'DELETING';
  const problems = podProblems(pod).map(saidByPod);
  const said = warnings.filter(({ object }) => object === `Pod/${name}`).map(saidByEvent);
  // What was said of a Pod that is well by now is past.
  const [cause] = ready || isOver ? [] : causesOf([...problems, ...said]);
  const role = ROLES.map((label) => labels[label]).find((value) => value !== undefined && value !== '');
  const started = status.startTime ?? creationTimestamp;
  const containers = [
    ...init.map((one) => containerOf(one, status.initContainerStatuses, true)),
    ...main.map((one) => containerOf(one, status.containerStatuses, false)),
  ];
  const zone = zones.get(spec.nodeName ?? '');
  return {
    id: name,
    status: word,
    ...(isOver ? {} : { healthStatus: ready ? 'HEALTHY' : cause === undefined && word !== 'FAILED' ? 'UNKNOWN' : 'UNHEALTHY' }),
    ...(zone === undefined ? {} : { availabilityZone: zone }),
    ...(spec.nodeName === undefined ? {} : { machine: spec.nodeName }),
    ...(role !== undefined ? { role } : isOfJob(labels) ? { role: 'job' } : {}),
    ready,
    ...(cause === undefined ? {} : { reason: { code: cause.code, cause: cause.cause, words: cause.words, cure: cause.cure } }),
    restarts: containers.reduce((sum, one) => sum + one.restarts, 0),
    ...(started === undefined ? {} : { since: started }),
    cpu: amountsOf(main, 'cpu'),
    memory: amountsOf(main, 'memory'),
    containers,
  };
}

const WORDS: Record<string, string> = { Pending: 'PENDING', Running: 'RUNNING', Succeeded: 'COMPLETE', Failed: 'FAILED' };

function containerOf({ name, image = '' }: ContainerSpec, statuses: readonly ContainerStatus[] = [], isInit: boolean) {
  const status = statuses.find((one) => one.name === name);
  const { running, terminated } = status?.state ?? {};
  return {
    name,
    image,
    state: running !== undefined ? 'running' : terminated !== undefined ? 'ended' : 'waiting',
    ready: status?.ready === true,
    restarts: status?.restartCount ?? 0,
    isInit,
    hasPrevious: status?.lastState?.terminated !== undefined,
  };
}

function amountsOf(containers: readonly ContainerSpec[], resource: string): InstanceNode['cpu'] {
  const request = sumOf(containers.map((one) => one.resources?.requests?.[resource]));
  // A Pod is limited only where each of its containers is.
  const limits = containers.map((one) => one.resources?.limits?.[resource]);
  const limit = limits.includes(undefined) ? undefined : sumOf(limits);
  return { ...(request === undefined ? {} : { request }), ...(limit === undefined ? {} : { limit }) };
}

/** The main ones first, in the order of their names. */
export function inOrder(nodes: readonly InstanceNode[]): InstanceNode[] {
  const rank = ({ role, status }: InstanceNode) =>
    status === 'COMPLETE' || role === 'job' ? 2 : role === 'primary' || role === 'master' ? 0 : 1;
  return nodes.toSorted((one, other) => rank(one) - rank(other) || one.id.localeCompare(other.id, 'en', { numeric: true }));
}
