import type { Controller, ControllerDeps } from '../controllers/controller.js';
import { NODE } from '../controllers/furniture.js';
import { arrayAt, at, isObject, type JsonObject, objectAt, stringAt } from '../json.js';
import type { Stored } from '../store/store.js';
import { change, changeStatus, find, findAll, type Next, nowOf, type Operator, record, remove, startOperator } from './behaviour.js';

/** Milliseconds of a pod's life. */
const SCHEDULE = 30;
const START = 250;
const PULL_FAILS = 150;
const STOP = 150;
const FINISH = 500;
const BIND = 60;
/** Until a claim without its storage class is looked at again, and a pod without a node. */
const STORAGE_LOOK = 5_000;
const SCHEDULE_LOOK = 1_000;
/** The kubelet's first pause before it starts a failed container again. */
const BACK_OFF = 10_000;

/** True for names of what is nowhere: the cell's way to try a failing plan, for images, storage classes and labels of nodes. */
function isMissing(name: string): boolean {
  return name.includes('does-not-exist') || name.includes('nonexistent');
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
  const className = stringAt(claim, 'spec', 'storageClassName');
  if (isMissing(className) && find(operator, 'storage.k8s.io/v1', 'StorageClass', '', className) === undefined) {
    const why = `storageclass.storage.k8s.io "${className}" not found`;
    record(operator, claim, 'Warning', 'ProvisioningFailed', why);
    return STORAGE_LOOK;
  }
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
    const misfit = whyUnschedulable(operator, pod);
    if (misfit !== undefined) {
      const condition = arrayAt(pod, 'status', 'conditions').find((one) => stringAt(one, 'type') === 'PodScheduled');
      if (stringAt(condition, 'message') !== misfit) {
        changeStatus(operator, pod, (status) => {
          setConditions(status, { PodScheduled: 'False' }, now, 'Unschedulable');
          for (const one of arrayAt(status, 'conditions'))
            if (isObject(one) && one.type === 'PodScheduled') Object.assign(one, { reason: 'Unschedulable', message: misfit });
        });
        record(operator, pod, 'Warning', 'FailedScheduling', misfit);
      }
      return SCHEDULE_LOOK;
    }
    change(operator, pod, (next) => {
      if (isObject(next.spec)) next.spec.nodeName = NODE;
    });
    changeStatus(operator, pod, (status) => {
      const old = arrayAt(status, 'conditions').filter((one) => stringAt(one, 'type') !== 'PodScheduled');
      setConditions(Object.assign(status, { conditions: old }), { PodScheduled: 'True' }, now);
    });
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
  const failing = containersOf(pod).find((container) => exitCodeOf(container) !== 0);
  if (phase === 'Running' && failing !== undefined) return crashAgain(operator, pod, failing, now);
  if (phase === 'Running' && stringAt(pod, 'spec', 'restartPolicy') !== 'Always') return finish(operator, pod, now);
  return undefined;
}

/** Why the scheduler finds no node, for a pod that asks for a label value that no node has. Other wishes are granted: the cell's one node is any. */
function whyUnschedulable(operator: Operator, pod: Stored): string | undefined {
  const wanted = Object.entries(objectAt(pod, 'spec', 'nodeSelector')).filter(([, value]) => isMissing(String(value)));
  if (wanted.length === 0) return undefined;
  const nodes = findAll(operator, 'v1', 'Node', '');
  const fits = nodes.some((node) => wanted.every(([key, value]) => objectAt(node, 'metadata', 'labels')[key] === value));
  if (fits) return undefined;
  const all = nodes.length;
  return `0/${all} nodes are available: ${all} node(s) didn't match Pod's node affinity/selector. preemption: 0/${all} nodes are available: ${all} Preemption is not helpful for scheduling.`;
}

/** The exit code of a container whose whole command is `false`, or a shell's `exit 3`. The cell runs nothing else. */
function exitCodeOf(container: JsonObject): number {
  const words = [...arrayAt(container, 'command'), ...arrayAt(container, 'args')].map(String);
  if (words.length === 1 && /^(?:\/(?:usr\/)?bin\/)?false$/.test(words[0] ?? '')) return 1;
  const code = /^\s*exit (\d{1,3})\s*$/.exec(words.at(-1) ?? '')?.[1];
  return code === undefined ? 0 : Number(code) & 255;
}

/** A container that ended with an error: started again after a pause, or the end of a pod that is not to be restarted. */
function crash(operator: Operator, pod: Stored, failing: JsonObject, now: string): Next {
  const name = stringAt(failing, 'name');
  const terminated = { exitCode: exitCodeOf(failing), reason: 'Error', startedAt: now, finishedAt: now };
  if (stringAt(pod, 'spec', 'restartPolicy') === 'Never') {
    changeStatus(operator, pod, (status) => {
      const containerStatuses = containersOf(pod).map((one) => containerStatus(one, false, { terminated }));
      Object.assign(status, { phase: 'Failed', containerStatuses });
      setConditions(status, { ContainersReady: 'False', Ready: 'False' }, now, 'PodFailed');
    });
    return undefined;
  }
  const before = arrayAt(pod, 'status', 'containerStatuses').find((one) => stringAt(one, 'name') === name);
  const restarts = Number(objectAt(before).restartCount ?? 0) + 1;
  const seconds = Math.min(300, (BACK_OFF / 1000) * 2 ** (restarts - 1));
  const message = `back-off ${seconds}s restarting failed container=${name} pod=${String(pod.metadata.name)}_${String(pod.metadata.namespace)}(${String(pod.metadata.uid)})`;
  changeStatus(operator, pod, (status) => {
    const containerStatuses = containersOf(pod).map((one) =>
      one.name === name
        ? {
            ...containerStatus(one, false, { waiting: { reason: 'CrashLoopBackOff', message } }),
            restartCount: restarts,
            lastState: { terminated },
          }
        : containerStatus(one, true, { running: { startedAt: now } }),
    );
    Object.assign(status, { phase: 'Running', containerStatuses });
    setConditions(status, { ContainersReady: 'False', Ready: 'False' }, now, 'ContainersNotReady');
  });
  record(operator, pod, 'Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${String(pod.metadata.name)}`);
  return seconds * 1000;
}

/** The next crash, once the pause is over. */
function crashAgain(operator: Operator, pod: Stored, failing: JsonObject, now: string): Next {
  const status = arrayAt(pod, 'status', 'containerStatuses').find((one) => stringAt(one, 'name') === failing.name);
  const pause = 1000 * Number(/^back-off (\d+)s/.exec(stringAt(status, 'state', 'waiting', 'message'))?.[1] ?? 0);
  const left = Date.parse(stringAt(status, 'lastState', 'terminated', 'finishedAt')) + operator.scaled(pause) - operator.cell.clock.now();
  return left > 0 ? left / operator.scaled(1) : crash(operator, pod, failing, now);
}

const containersOf = (pod: Stored) => arrayAt(pod, 'spec', 'containers').filter(isObject);

function startContainers(operator: Operator, pod: Stored, now: string): Next {
  const bad = containersOf(pod).find((container) => isMissing(stringAt(container, 'image')));
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
  const failing = containersOf(pod).find((container) => exitCodeOf(container) !== 0);
  if (failing !== undefined) return crash(operator, pod, failing, now);
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
