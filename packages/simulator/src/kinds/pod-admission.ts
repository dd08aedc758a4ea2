import { arrayAt, isObject, type JsonObject } from '../json.js';
import type { Stored } from '../store/store.js';

/** What admission adds to a new pod: the default ServiceAccount, priority and the two usual tolerations. */
export function admitPod(pod: Stored): void {
  const spec = isObject(pod.spec) ? pod.spec : {};
  if (spec.serviceAccountName === undefined) Object.assign(spec, { serviceAccountName: 'default', serviceAccount: 'default' });
  if (spec.priority === undefined) Object.assign(spec, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
  const tolerations = arrayAt(spec, 'tolerations') as JsonObject[];
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    if (!tolerations.some((one) => one.key === key))
      tolerations.push({ effect: 'NoExecute', key, operator: 'Exists', tolerationSeconds: 300 });
  }
  spec.tolerations = tolerations;
}
