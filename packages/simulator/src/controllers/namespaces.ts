import { controllerOptions } from '../api/cell.js';
import { deleteObject } from '../api/delete.js';
import { createObject } from '../api/create.js';
import { mutate } from '../api/write.js';
import { timestamp } from '../clock.js';
import { isObject, type JsonObject, stringAt } from '../json.js';
import { type Kind, storageKey } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';
import type { Controller, ControllerDeps } from './controller.js';
import { setCondition } from './crds.js';
import { WorkQueue } from './queue.js';

const ROOT_CA = 'kube-root-ca.crt';

/** Gives new namespaces their default ServiceAccount and root certificate, and empties those that are being deleted. */
export function startNamespaceController(deps: ControllerDeps): Controller {
  const { cell } = deps;
  const queue = new WorkQueue<string>(cell.clock, (name) => reconcile(deps, name), deps.onError);
  for (const namespace of cell.store.list('namespaces')) queue.add(String(namespace.metadata.name));
  const stop = cell.store.subscribe((change) => {
    if (change.resource === 'namespaces') queue.add(String(change.object.metadata.name));
    else if (change.type === 'DELETED' && typeof change.object.metadata.namespace === 'string') {
      // A namespace loses its last object, or one that it must have.
      const name = change.object.metadata.namespace;
      const namespace = cell.store.get('namespaces', '', name);
      if (
        namespace &&
        (namespace.metadata.deletionTimestamp !== undefined || change.resource === 'serviceaccounts' || change.resource === 'configmaps')
      )
        queue.add(name);
    }
  });
  return {
    stop: () => {
      stop();
      queue.stop();
    },
  };
}

function reconcile(deps: ControllerDeps, name: string): void {
  const namespace = deps.cell.store.get('namespaces', '', name);
  if (!namespace) return;
  if (namespace.metadata.deletionTimestamp === undefined) furnish(deps, name);
  else empty(deps, namespace);
}

function furnish({ cell }: ControllerDeps, name: string): void {
  const account = cell.kinds.byKind('v1', 'ServiceAccount');
  const config = cell.kinds.byKind('v1', 'ConfigMap');
  const options = controllerOptions('kube-controller-manager');
  if (account && !cell.store.get('serviceaccounts', name, 'default'))
    createObject(cell, account, name, { metadata: { name: 'default' } }, options);
  if (config && !cell.store.get('configmaps', name, ROOT_CA)) {
    createObject(
      cell,
      config,
      name,
      {
        metadata: {
          name: ROOT_CA,
          annotations: { 'kubernetes.io/description': 'The certificate of this simulated cell.' },
        },
        data: { 'ca.crt': cell.certificate },
      },
      options,
    );
  }
}

function empty({ cell }: ControllerDeps, namespace: Stored): void {
  const name = String(namespace.metadata.name);
  const left: { kind: Kind; object: Stored }[] = [];
  for (const kind of cell.kinds.stored()) {
    if (!kind.namespaced) continue;
    for (const object of cell.store.list(storageKey(kind), name)) {
      if (object.metadata.deletionTimestamp === undefined)
        deleteObject(cell, kind, name, String(object.metadata.name), { preconditions: {}, dryRun: false });
      const still = cell.store.get(storageKey(kind), name, String(object.metadata.name));
      if (still) left.push({ kind, object: still });
    }
  }
  const kind = cell.kinds.byKind('v1', 'Namespace');
  if (!kind) return;
  if (left.length > 0) {
    explain(cell, kind, name, left);
    return;
  }
  mutate(cell, kind, '', name, controllerOptions('kube-controller-manager', 'finalize'), (object) => {
    const spec: JsonObject = isObject(object.spec) ? object.spec : {};
    const others = (Array.isArray(spec.finalizers) ? spec.finalizers : []).filter((one) => one !== 'kubernetes');
    object.spec = others.length > 0 ? { ...spec, finalizers: others } : {};
  });
}

/** Says in the namespace's conditions what it waits for. */
function explain(cell: ControllerDeps['cell'], kind: Kind, name: string, left: { kind: Kind; object: Stored }[]): void {
  const resources = new Map<string, number>();
  const finalizers = new Map<string, number>();
  for (const one of left) {
    const resource = one.kind.group === '' ? `${one.kind.plural}.` : storageKey(one.kind);
    resources.set(resource, (resources.get(resource) ?? 0) + 1);
    for (const finalizer of Array.isArray(one.object.metadata.finalizers) ? one.object.metadata.finalizers : [])
      finalizers.set(String(finalizer), (finalizers.get(String(finalizer)) ?? 0) + 1);
  }
  const print = (counts: Map<string, number>, what: string) =>
    [...counts].map(([key, n]) => `${key} ${what} ${n} resource instances`).join(', ');
  mutate(cell, kind, '', name, controllerOptions('kube-controller-manager', 'status'), (object) => {
    const status: JsonObject = isObject(object.status) ? object.status : {};
    const conditions = Array.isArray(status.conditions) ? (status.conditions as JsonObject[]) : [];
    const now = timestamp(cell.clock);
    setCondition(
      conditions,
      {
        type: 'NamespaceContentRemaining',
        status: 'True',
        reason: 'SomeResourcesRemain',
        message: `Some resources are remaining: ${print(resources, 'has')}`,
      },
      now,
    );
    if (finalizers.size > 0)
      setCondition(
        conditions,
        {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${print(finalizers, 'in')}`,
        },
        now,
      );
    object.status = { ...status, phase: stringAt(status, 'phase') || 'Terminating', conditions };
  });
}
