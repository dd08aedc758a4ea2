import { objectAt, stringAt } from '../../json.js';
import type { Stored } from '../../store/store.js';
import { change, changeStatus, type Next, nowOf, type Operator, record, remove } from '../behaviour.js';
import { type ClusterState, isReady, PHASE, primaryOf, readCluster } from './state.js';

/** Milliseconds until the operator looks again. */
const LOOK = 100;
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

/** How a change reaches the status; given by the Cluster's own loop. */
type Report = (operator: Operator, state: ClusterState, phase: string, reason?: string) => void;

/**
 * Promotes a ready replica where the primary's pod or volume is gone or going, as the operator does: first "Failing over", then,
 * once the old pod has ended, another current primary. Undefined where the primary lives, no replica could take over, or the
 * operator itself took the pod away.
 */
export function failOver(operator: Operator, state: ClusterState, report: Report): Next {
  const current = stringAt(state.cluster, 'status', 'currentPrimary');
  const phase = stringAt(state.cluster, 'status', 'phase');
  if (current === '' || phase === PHASE.upgrading || phase === PHASE.restartingPod) return undefined;
  const pod = state.pods.find((one) => one.metadata.name === current);
  const volume = state.claims.some((one) => one.metadata.name === current);
  if (volume && pod !== undefined && pod.metadata.deletionTimestamp === undefined) return undefined;
  const next = state.pods.find((one) => one.metadata.name !== current && isReady(one));
  if (!next) return undefined;
  const to = String(next.metadata.name);
  const reason = `Failing over from ${current} to ${to}`;
  if (phase !== PHASE.failingOver) {
    report(operator, state, PHASE.failingOver, reason);
    changeStatus(operator, state.cluster, (status) => Object.assign(status, { currentPrimary: current, targetPrimary: to }));
    record(operator, state.cluster, 'Normal', 'FailingOver', `Current primary isn't healthy, failing over from ${current} to ${to}`);
    return LOOK;
  }
  if (pod !== undefined) return LOOK;
  for (const one of state.pods) {
    const role = one === next ? 'primary' : 'replica';
    change(operator, one, (changed) => {
      changed.metadata.labels = { ...objectAt(changed, 'metadata', 'labels'), 'cnpg.io/instanceRole': role, role };
    });
  }
  changeStatus(operator, state.cluster, (status) =>
    Object.assign(status, {
      phaseReason: reason,
      currentPrimary: to,
      targetPrimary: to,
      currentPrimaryTimestamp: nowOf(operator).replace('Z', '.000000Z'),
      timelineID: Number(status.timelineID ?? 1) + 1,
    }),
  );
  return LOOK;
}

/** What a pod must carry to count as restarted since the Cluster's last restart annotation. */
export function restartAnnotation(cluster: Stored): Record<string, string> {
  const wanted = objectAt(cluster, 'metadata', 'annotations')[RESTARTED];
  return typeof wanted === 'string' && wanted !== '' ? { [RESTARTED]: wanted } : {};
}

/** Restarts one instance that has not followed the restart annotation yet, replicas before the primary; undefined where all have. */
export function followRestart(operator: Operator, state: ClusterState, report: Report): Next {
  const wanted = restartAnnotation(state.cluster)[RESTARTED];
  if (wanted === undefined) return undefined;
  const primary = primaryOf(state);
  const behind = state.pods.filter((pod) => objectAt(pod, 'metadata', 'annotations')[RESTARTED] !== wanted);
  const pod = behind.find((one) => one.metadata.name !== primary) ?? behind[0];
  if (!pod) return undefined;
  const why = 'cluster has been explicitly restarted via annotation';
  const isPrimary = pod.metadata.name === primary;
  const busy = isPrimary ? PHASE.restartingPod : PHASE.upgrading;
  if (stringAt(state.cluster, 'status', 'phase') !== busy) {
    report(operator, state, busy, isPrimary ? why : `Restarting instance ${String(pod.metadata.name)}, because: ${why}`);
    return LOOK;
  }
  remove(operator, pod);
  const fresh = readCluster(operator, state.namespace, state.name);
  if (fresh) report(operator, fresh, busy, isPrimary ? why : undefined);
  return LOOK;
}
