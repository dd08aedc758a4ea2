import { controllerOptions } from '../api/cell.js';
import { usedOf } from '../api/quota.js';
import { mutate } from '../api/write.js';
import { equal, objectAt, stringAt } from '../json.js';
import type { Controller, ControllerDeps } from './controller.js';
import { WorkQueue } from './queue.js';

const RESOURCE = 'resourcequotas';

/** Keeps `status.hard` and `status.used` of each ResourceQuota: what a client waits for who makes one. */
export function startQuotaController(deps: ControllerDeps): Controller {
  const { cell } = deps;
  const queue = new WorkQueue<string>(cell.clock, (namespace) => reconcile(deps, namespace), deps.onError);
  for (const { metadata } of cell.store.list(RESOURCE)) queue.add(String(metadata.namespace));
  const stop = cell.store.subscribe(({ resource, type, object: { metadata } }) => {
    const { namespace } = metadata;
    if (typeof namespace !== 'string' || (resource !== RESOURCE && type === 'MODIFIED')) return;
    if (cell.store.list(RESOURCE, namespace).length > 0) queue.add(namespace);
  });
  return {
    stop: () => {
      stop();
      queue.stop();
    },
  };
}

function reconcile({ cell }: ControllerDeps, namespace: string): void {
  const kind = cell.kinds.byKind('v1', 'ResourceQuota');
  if (!kind) return;
  for (const quota of cell.store.list(RESOURCE, namespace)) {
    const hard = objectAt(quota, 'spec', 'hard');
    const status = { hard, used: usedOf(cell, namespace, Object.keys(hard)) };
    if (equal(quota.status, status)) continue;
    mutate(cell, kind, namespace, stringAt(quota, 'metadata', 'name'), controllerOptions('kube-controller-manager', 'status'), (object) => {
      object.status = status;
    });
  }
}
