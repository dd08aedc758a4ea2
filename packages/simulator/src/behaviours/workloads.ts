import type { Controller, ControllerDeps } from '../controllers/controller.js';
import { arrayAt, at, isObject, type JsonObject, objectAt, stringAt } from '../json.js';
import type { Stored } from '../store/store.js';
import { generatedName } from '../api/create.js';
import {
  change,
  changeStatus,
  ensureObject,
  find,
  findAll,
  type Next,
  nowOf,
  type Operator,
  ownedBy,
  remove,
  startOperator,
} from './behaviour.js';
import { setConditions } from './pods.js';

const KINDS: Record<string, [apiVersion: string, kind: string]> = {
  'deployments.apps': ['apps/v1', 'Deployment'],
  'replicasets.apps': ['apps/v1', 'ReplicaSet'],
  'statefulsets.apps': ['apps/v1', 'StatefulSet'],
  'jobs.batch': ['batch/v1', 'Job'],
};

/** Workload controllers: Deployments through a ReplicaSet, StatefulSets, ReplicaSets and Jobs make pods and report on them. */
export function startWorkloads(deps: ControllerDeps): Controller {
  const keyOf = ({ resource, object }: { resource: string; object: Stored }) => {
    const namespace = String(object.metadata.namespace);
    if (KINDS[resource]) return `${resource}/${namespace}/${String(object.metadata.name)}`;
    if (resource !== 'pods' && resource !== 'persistentvolumeclaims') return undefined;
    const owner = arrayAt(object, 'metadata', 'ownerReferences').find((one) => at(one, 'controller') === true);
    const found = Object.entries(KINDS).find(
      ([, [apiVersion, kind]]) => stringAt(owner, 'apiVersion') === apiVersion && stringAt(owner, 'kind') === kind,
    );
    return found && `${found[0]}/${namespace}/${stringAt(owner, 'name')}`;
  };
  return startOperator(deps, 'simulated-workloads', keyOf, (operator, key) => {
    const [resource = '', namespace = '', name = ''] = key.split('/');
    const [apiVersion, kind] = KINDS[resource] ?? ['', ''];
    const object = find(operator, apiVersion, kind, namespace, name);
    if (!object || object.metadata.deletionTimestamp !== undefined) return undefined;
    if (kind === 'Deployment') return stepDeployment(operator, object);
    if (kind === 'Job') return stepJob(operator, object);
    return stepSet(operator, object, kind === 'StatefulSet');
  });
}

const owned = (list: Stored[], owner: Stored) =>
  list.filter((one) => arrayAt(one, 'metadata', 'ownerReferences').some((reference) => at(reference, 'uid') === owner.metadata.uid));
const isReady = (pod: Stored) =>
  arrayAt(pod, 'status', 'conditions').some((one) => at(one, 'type') === 'Ready' && at(one, 'status') === 'True');
const namespaceOf = (object: Stored) => String(object.metadata.namespace);
const replicasOf = (object: Stored) => Number(at(object, 'spec', 'replicas') ?? 1);

/** A short hash of a pod template: a changed one makes new pods. */
function templateHash(object: Stored): string {
  let hash = 5381;
  for (const letter of JSON.stringify(at(object, 'spec', 'template'))) hash = (hash * 33 + letter.charCodeAt(0)) % 4294967291;
  return hash.toString(36);
}

function podFrom(owner: Stored, name: string, extra: JsonObject = {}): JsonObject & { metadata: JsonObject } {
  const template = objectAt(owner, 'spec', 'template');
  const annotations = objectAt(template, 'metadata', 'annotations');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: owner.metadata.namespace,
      labels: { ...objectAt(template, 'metadata', 'labels'), ...extra },
      annotations,
      ownerReferences: ownedBy(owner),
    },
    spec: objectAt(template, 'spec'),
  };
}

function stepDeployment(operator: Operator, deployment: Stored): Next {
  const hash = templateHash(deployment);
  const name = `${String(deployment.metadata.name)}-${hash}`;
  const labels = { ...objectAt(deployment, 'spec', 'template', 'metadata', 'labels'), 'pod-template-hash': hash };
  const template = objectAt(deployment, 'spec', 'template');
  const current = ensureObject(operator, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: deployment.metadata.namespace, labels, ownerReferences: ownedBy(deployment) },
    spec: {
      replicas: replicasOf(deployment),
      selector: { matchLabels: { ...objectAt(deployment, 'spec', 'selector', 'matchLabels'), 'pod-template-hash': hash } },
      template: { ...template, metadata: { ...objectAt(template, 'metadata'), labels } },
    },
  });
  if (!current) return undefined;
  const sets = owned(findAll(operator, 'apps/v1', 'ReplicaSet', namespaceOf(deployment)), deployment);
  for (const set of sets) {
    const wanted = set.metadata.uid === current.metadata.uid ? replicasOf(deployment) : isComplete(current) ? 0 : replicasOf(set);
    if (replicasOf(set) !== wanted) scale(operator, set, wanted);
  }
  const ready = Number(at(current, 'status', 'readyReplicas') ?? 0);
  const total = sets.reduce((sum, set) => sum + Number(at(set, 'status', 'replicas') ?? 0), 0);
  const wanted = replicasOf(deployment);
  const now = nowOf(operator);
  changeStatus(operator, deployment, (status) => {
    const count = (n: number) => (n > 0 ? n : undefined);
    Object.assign(status, {
      observedGeneration: deployment.metadata.generation,
      replicas: count(total),
      updatedReplicas: count(Number(at(current, 'status', 'replicas') ?? 0)),
      readyReplicas: count(ready),
      availableReplicas: count(ready),
      unavailableReplicas: count(wanted - ready),
    });
    deploymentCondition(
      status,
      'Available',
      ready >= wanted,
      ready >= wanted ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      ready >= wanted ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
      now,
    );
    deploymentCondition(
      status,
      'Progressing',
      true,
      ready >= wanted ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
      `ReplicaSet "${name}" ${ready >= wanted ? 'has successfully progressed.' : 'is progressing.'}`,
      now,
    );
  });
  // Watches of ReplicaSets are not owners' events: look again while it moves.
  return ready < wanted || total > wanted ? 100 : undefined;
}

const isComplete = (set: Stored) => Number(at(set, 'status', 'readyReplicas') ?? 0) >= replicasOf(set);

function deploymentCondition(status: JsonObject, type: string, isTrue: boolean, reason: string, message: string, now: string): void {
  const conditions = Array.isArray(status.conditions) ? (status.conditions as JsonObject[]) : [];
  const value = isTrue ? 'True' : 'False';
  const found = conditions.find((one) => one.type === type);
  if (!found) conditions.push({ type, status: value, reason, message, lastUpdateTime: now, lastTransitionTime: now });
  else if (found.status !== value || found.reason !== reason || found.message !== message)
    Object.assign(found, {
      status: value,
      reason,
      message,
      lastUpdateTime: now,
      ...(found.status !== value && { lastTransitionTime: now }),
    });
  status.conditions = conditions;
}

function scale(operator: Operator, set: Stored, replicas: number): void {
  const kind = operator.cell.kinds.of(set);
  if (kind) changeSpec(operator, set, (spec) => void (spec.replicas = replicas));
}

function changeSpec(operator: Operator, object: Stored, by: (spec: JsonObject) => void): void {
  change(operator, object, (next) => {
    if (isObject(next.spec)) by(next.spec);
  });
}

function stepSet(operator: Operator, set: Stored, isStateful: boolean): Next {
  const pods = owned(findAll(operator, 'v1', 'Pod', namespaceOf(set)), set).filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const wanted = replicasOf(set);
  const name = String(set.metadata.name);
  const hash = templateHash(set);
  if (isStateful) {
    const revision = { 'controller-revision-hash': `${name}-${hash}`, 'apps.kubernetes.io/pod-index': '' };
    for (const pod of pods) {
      const ordinal = Number(String(pod.metadata.name).slice(name.length + 1));
      const isOld = objectAt(pod, 'metadata', 'labels')['controller-revision-hash'] !== revision['controller-revision-hash'];
      if (ordinal >= wanted || isOld) remove(operator, pod);
    }
    const next = Array.from({ length: wanted }, (_, i) => i).find((i) => !pods.some((pod) => pod.metadata.name === `${name}-${i}`));
    // One after the other, each ready before the next.
    if (next !== undefined && pods.every(isReady))
      makeStatefulPod(operator, set, next, {
        ...revision,
        'apps.kubernetes.io/pod-index': String(next),
        'statefulset.kubernetes.io/pod-name': `${name}-${next}`,
      });
  } else {
    for (let i = pods.length; i < wanted; i++) ensureObject(operator, podFrom(set, generatedName(`${name}-`)));
    for (const pod of pods.slice(wanted)) remove(operator, pod);
  }
  const ready = pods.filter(isReady).length;
  changeStatus(operator, set, (status) => {
    Object.assign(status, {
      observedGeneration: set.metadata.generation,
      replicas: pods.length,
      readyReplicas: ready || undefined,
      availableReplicas: isStateful ? ready : ready || undefined,
    });
    if (isStateful)
      Object.assign(status, {
        currentReplicas: pods.length || undefined,
        updatedReplicas: pods.length || undefined,
        currentRevision: `${name}-${hash}`,
        updateRevision: `${name}-${hash}`,
        collisionCount: 0,
      });
    else status.fullyLabeledReplicas = pods.length || undefined;
  });
  return pods.length !== wanted || ready < wanted ? 100 : undefined;
}

function makeStatefulPod(operator: Operator, set: Stored, ordinal: number, labels: JsonObject): void {
  const pod = podFrom(set, `${String(set.metadata.name)}-${ordinal}`, labels);
  const spec = structuredClone(objectAt(pod, 'spec'));
  const volumes = arrayAt(spec, 'volumes');
  for (const claim of arrayAt(set, 'spec', 'volumeClaimTemplates')) {
    const claimName = `${stringAt(claim, 'metadata', 'name')}-${String(set.metadata.name)}-${ordinal}`;
    ensureObject(operator, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claimName, namespace: set.metadata.namespace, labels: objectAt(set, 'spec', 'selector', 'matchLabels') },
      spec: objectAt(claim, 'spec'),
    });
    volumes.push({ name: stringAt(claim, 'metadata', 'name'), persistentVolumeClaim: { claimName } });
  }
  ensureObject(operator, { ...pod, spec: { ...spec, ...(volumes.length > 0 && { volumes }) } });
}

function stepJob(operator: Operator, job: Stored): Next {
  if (
    arrayAt(job, 'status', 'conditions').some(
      (one) => ['Complete', 'Failed'].includes(stringAt(one, 'type')) && at(one, 'status') === 'True',
    )
  )
    return undefined;
  const now = nowOf(operator);
  const started = stringAt(job, 'status', 'startTime');
  const deadline = at(job, 'spec', 'activeDeadlineSeconds');
  if (at(job, 'spec', 'suspend') === true) return undefined;
  const pods = owned(findAll(operator, 'v1', 'Pod', namespaceOf(job)), job);
  const completions = Number(at(job, 'spec', 'completions') ?? 1);
  const succeeded = pods.filter((pod) => stringAt(pod, 'status', 'phase') === 'Succeeded').length;
  const active = pods.filter((pod) => !['Succeeded', 'Failed'].includes(stringAt(pod, 'status', 'phase'))).length;
  const overdue = typeof deadline === 'number' && started !== '' && operator.cell.clock.now() - Date.parse(started) > deadline * 1000;
  if (overdue) {
    for (const pod of pods) remove(operator, pod);
    changeStatus(operator, job, (status) => {
      Object.assign(status, { active: undefined, failed: active || 1 });
      const message = 'Job was active longer than specified deadline';
      status.conditions = ['FailureTarget', 'Failed'].map((type) => ({
        type,
        status: 'True',
        reason: 'DeadlineExceeded',
        message,
        lastProbeTime: now,
        lastTransitionTime: now,
      }));
    });
    return undefined;
  }
  for (let i = active; i < Math.min(Number(at(job, 'spec', 'parallelism') ?? 1), completions - succeeded); i++)
    ensureObject(operator, podFrom(job, generatedName(`${String(job.metadata.name)}-`)));
  changeStatus(operator, job, (status) => {
    Object.assign(status, {
      startTime: started === '' ? now : started,
      active: active || undefined,
      ready: pods.filter(isReady).length,
      terminating: 0,
      succeeded: succeeded || undefined,
      uncountedTerminatedPods: {},
    });
    if (succeeded < completions) return;
    Object.assign(status, { active: undefined, completionTime: now });
    setConditions(status, { SuccessCriteriaMet: 'True', Complete: 'True' }, now, 'CompletionsReached');
  });
  return succeeded < completions && typeof deadline === 'number' ? 1000 : undefined;
}
