import type { Controller, ControllerDeps } from '../controllers/controller.js';
import { NODE } from '../controllers/furniture.js';
import { arrayAt, at, isObject, type JsonObject, stringAt } from '../json.js';
import type { Stored } from '../store/store.js';
import { change, changeStatus, find, findAll, type Next, nowOf, type Operator, record, remove, startOperator } from './behaviour.js';

/** Milliseconds of a pod's life. */
const SCHEDULE = 30;
const START = 250;
const PULL_FAILS = 150;
const STOP = 150;
const FINISH = 500;
const BIND = 60;

/** True for image names that no registry has: the cell's way to try a failing plan. */
export function isMissingImage(image: string): boolean {
  return image.includes('does-not-exist') || image.includes('nonexistent');
}

/** The scheduler, kubelet and volume controller of the cell: pods get a node, start, finish and stop; claims are bound. */
export function startPods(deps: ControllerDeps): Controller {
  const keyOf = ({ resource, object }: { resource: string; object: Stored }) => {
    if (resource !== 'pods' && resource !== 'persistentvolumeclaims') return undefined;
    return `${resource}/${String(object.metadata.namespace)}/${String(object.metadata.name)}`;
  };
  return startOperator(deps, 'simulated-kubelet', keyOf, (operator, key) => {
    const [resource, namespace = '', name = ''] = key.split('/');
    if (resource === 'persistentvolumeclaims') return bindClaim(operator, namespace, name);
    const pod = find(operator, 'v1', 'Pod', namespace, name);
    return pod && stepPod(operator, pod);
  });
}

function bindClaim(operator: Operator, namespace: string, name: string): Next {
  const claim = find(operator, 'v1', 'PersistentVolumeClaim', namespace, name);
  if (!claim) return undefined;
  if (claim.metadata.deletionTimestamp !== undefined) return releaseClaim(operator, claim);
  const wanted = at(claim, 'spec', 'resources', 'requests', 'storage');
  if (stringAt(claim, 'status', 'phase') === 'Bound') {
    if (at(claim, 'status', 'capacity', 'storage') !== wanted)
      changeStatus(operator, claim, (status) => void (status.capacity = { storage: wanted }));
    return undefined;
  }
  const age = operator.cell.clock.now() - Date.parse(stringAt(claim, 'metadata', 'creationTimestamp'));
  if (stringAt(claim, 'spec', 'volumeName') === '') {
    change(operator, claim, (next) => {
      if (isObject(next.spec)) next.spec.volumeName = `pvc-${String(claim.metadata.uid)}`;
    });
    return age < BIND ? BIND : 1;
  }
  changeStatus(operator, claim, (status) =>
    Object.assign(status, { phase: 'Bound', accessModes: arrayAt(claim, 'spec', 'accessModes'), capacity: { storage: wanted } }),
  );
  return undefined;
}

/** A claim that is being deleted goes when no pod uses it. */
function releaseClaim(operator: Operator, claim: Stored): Next {
  const uses = (pod: Stored) =>
    arrayAt(pod, 'spec', 'volumes').some((volume) => stringAt(volume, 'persistentVolumeClaim', 'claimName') === claim.metadata.name);
  if (findAll(operator, 'v1', 'Pod', String(claim.metadata.namespace)).some(uses)) return STOP;
  change(operator, claim, (next) => {
    const left = arrayAt(next, 'metadata', 'finalizers').filter((one) => one !== 'kubernetes.io/pvc-protection');
    if (left.length > 0) next.metadata.finalizers = left;
    else delete next.metadata.finalizers;
  });
  return undefined;
}

function stepPod(operator: Operator, pod: Stored): Next {
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (arrayAt(pod, 'metadata', 'finalizers').length > 0) return undefined;
    const since =
      operator.cell.clock.now() -
      (Date.parse(String(pod.metadata.deletionTimestamp)) - Number(pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000);
    if (since < operator.scaled(STOP)) return STOP;
    remove(operator, pod);
    return undefined;
  }
  const now = nowOf(operator);
  if (stringAt(pod, 'spec', 'nodeName') === '') {
    change(operator, pod, (next) => {
      if (isObject(next.spec)) next.spec.nodeName = NODE;
    });
    changeStatus(operator, pod, (status) => setConditions(status, { PodScheduled: 'True' }, now));
    record(
      operator,
      pod,
      'Normal',
      'Scheduled',
      `Successfully assigned ${String(pod.metadata.namespace)}/${String(pod.metadata.name)} to ${NODE}`,
    );
    return SCHEDULE;
  }
  const phase = stringAt(pod, 'status', 'phase');
  if (phase === 'Pending') return startContainers(operator, pod, now);
  if (phase === 'Running' && stringAt(pod, 'spec', 'restartPolicy') !== 'Always') return finish(operator, pod, now);
  return undefined;
}

const containersOf = (pod: Stored) => arrayAt(pod, 'spec', 'containers').filter(isObject);

function startContainers(operator: Operator, pod: Stored, now: string): Next {
  const bad = containersOf(pod).find((container) => isMissingImage(stringAt(container, 'image')));
  const waiting = arrayAt(pod, 'status', 'containerStatuses');
  const createdAgo = operator.cell.clock.now() - Date.parse(stringAt(pod, 'metadata', 'creationTimestamp'));
  if (waiting.length === 0) {
    changeStatus(operator, pod, (status) => {
      Object.assign(status, {
        hostIP: '192.0.2.10',
        startTime: now,
        containerStatuses: containersOf(pod).map((container) =>
          containerStatus(container, false, { waiting: { reason: 'ContainerCreating' } }),
        ),
      });
      setConditions(status, { Initialized: 'True', ContainersReady: 'False', Ready: 'False' }, now);
    });
    return bad ? PULL_FAILS : START;
  }
  if (bad) {
    const image = stringAt(bad, 'image');
    const backedOff = stringAt(waiting[0], 'state', 'waiting', 'reason') !== 'ErrImagePull';
    if (backedOff && stringAt(waiting[0], 'state', 'waiting', 'reason') === 'ImagePullBackOff') return undefined;
    const reason = stringAt(waiting[0], 'state', 'waiting', 'reason') === 'ErrImagePull' ? 'ImagePullBackOff' : 'ErrImagePull';
    const failure = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
    const message = reason === 'ErrImagePull' ? failure : `Back-off pulling image "${image}": ErrImagePull: ${failure}`;
    changeStatus(
      operator,
      pod,
      (status) =>
        void (status.containerStatuses = containersOf(pod).map((container) =>
          containerStatus(container, false, { waiting: { reason, message } }),
        )),
    );
    if (reason === 'ErrImagePull') {
      record(operator, pod, 'Normal', 'Pulling', `Pulling image "${image}"`);
      record(operator, pod, 'Warning', 'Failed', `Failed to pull image "${image}": ${failure}`);
      record(operator, pod, 'Warning', 'Failed', 'Error: ErrImagePull');
      return PULL_FAILS;
    }
    record(operator, pod, 'Normal', 'BackOff', `Back-off pulling image "${image}"`);
    record(operator, pod, 'Warning', 'Failed', 'Error: ImagePullBackOff');
    return undefined;
  }
  if (createdAgo < operator.scaled(START)) return START;
  changeStatus(operator, pod, (status) => {
    Object.assign(status, {
      phase: 'Running',
      podIP: podAddress(pod),
      podIPs: [{ ip: podAddress(pod) }],
      containerStatuses: containersOf(pod).map((container) => containerStatus(container, true, { running: { startedAt: now } })),
    });
    setConditions(status, { ContainersReady: 'True', Ready: 'True', PodReadyToStartContainers: 'True' }, now);
  });
  record(operator, pod, 'Normal', 'Started', `Started container ${stringAt(containersOf(pod)[0], 'name')}`);
  return stringAt(pod, 'spec', 'restartPolicy') === 'Always' ? undefined : FINISH;
}

function finish(operator: Operator, pod: Stored, now: string): Next {
  const started = Date.parse(stringAt(arrayAt(pod, 'status', 'containerStatuses')[0], 'state', 'running', 'startedAt'));
  if (operator.cell.clock.now() - started < operator.scaled(FINISH)) return FINISH;
  changeStatus(operator, pod, (status) => {
    Object.assign(status, {
      phase: 'Succeeded',
      containerStatuses: containersOf(pod).map((container) =>
        containerStatus(container, false, { terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } }),
      ),
    });
    setConditions(status, { ContainersReady: 'False', Ready: 'False' }, now, 'PodCompleted');
  });
  return undefined;
}

function containerStatus(container: JsonObject, ready: boolean, state: JsonObject): JsonObject {
  const image = stringAt(container, 'image');
  return {
    name: container.name,
    image,
    imageID: ready ? `simulated://${image}` : '',
    ready,
    started: ready,
    restartCount: 0,
    lastState: {},
    state,
    ...(ready && { containerID: `simulated://${stringAt(container, 'name')}` }),
  };
}

/** Sets conditions of a status by type, in place. */
export function setConditions(status: JsonObject, values: Record<string, string>, now: string, reason?: string): void {
  const conditions = Array.isArray(status.conditions) ? (status.conditions as JsonObject[]) : [];
  for (const [type, value] of Object.entries(values)) {
    const found = conditions.find((one) => one.type === type);
    if (!found)
      conditions.push({ type, status: value, lastProbeTime: null, lastTransitionTime: now, ...(reason !== undefined && { reason }) });
    else if (found.status !== value)
      Object.assign(found, { status: value, lastTransitionTime: now, ...(reason !== undefined && { reason }) });
  }
  status.conditions = conditions;
}

// An address of the pod network from the uid: the same for the pod's whole life.
function podAddress(pod: Stored): string {
  const hex = String(pod.metadata.uid).replaceAll('-', '');
  return `10.244.${parseInt(hex.slice(0, 2), 16)}.${1 + (parseInt(hex.slice(2, 4), 16) % 254)}`;
}
