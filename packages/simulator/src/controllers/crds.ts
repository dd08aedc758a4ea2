import { controllerOptions } from '../api/cell.js';
import { CRD_FINALIZER as FINALIZER, deleteObject } from '../api/delete.js';
import { mutate } from '../api/write.js';
import { timestamp } from '../clock.js';
import { copy, equal, isObject, type JsonObject, objectAt } from '../json.js';
import { crdIdentity, isEstablished } from '../kinds/crd-validation.js';
import { customKinds } from '../kinds/custom.js';
import { storageKey } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';
import type { Controller, ControllerDeps } from './controller.js';
import { WorkQueue } from './queue.js';

const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';
/** Milliseconds until a new CRD is served, about what the real one takes. */
const ESTABLISH_AFTER = 30;

/** Sets a condition in a list, in place; its transition time changes only with its status. */
export function setCondition(
  conditions: JsonObject[],
  condition: { type: string; status: string; reason: string; message: string },
  now: string,
): void {
  const found = conditions.find((one) => one.type === condition.type);
  if (!found) conditions.push({ ...condition, lastTransitionTime: now });
  else Object.assign(found, condition, { lastTransitionTime: found.status === condition.status ? found.lastTransitionTime : now });
}

/** Serves what CustomResourceDefinitions define, takes it away with them, and says so in their conditions. */
export function startCrdController(deps: ControllerDeps): Controller {
  const { cell } = deps;
  const queue = new WorkQueue<string>(cell.clock, (name) => reconcile(deps, name, queue), deps.onError);
  for (const crd of cell.store.list(CRDS)) {
    if (isEstablished(crd)) cell.kinds.setCustom(String(crd.metadata.uid), customKinds(crd));
    queue.add(String(crd.metadata.name));
  }
  const stop = cell.store.subscribe((change) => {
    if (change.resource === CRDS) {
      const name = String(change.object.metadata.name);
      if (change.type === 'DELETED') cell.kinds.setCustom(String(change.object.metadata.uid), []);
      else if (isEstablished(change.object)) {
        if (!equal(change.before?.spec, change.object.spec) || !(change.before && isEstablished(change.before)))
          cell.kinds.setCustom(String(change.object.metadata.uid), customKinds(change.object));
        queue.add(name);
      } else queue.add(name, ESTABLISH_AFTER);
    } else if (change.type === 'DELETED' && cell.store.get(CRDS, '', change.resource)?.metadata.deletionTimestamp !== undefined)
      queue.add(change.resource);
  });
  return {
    stop: () => {
      stop();
      queue.stop();
    },
  };
}

function reconcile(deps: ControllerDeps, name: string, queue: WorkQueue<string>): void {
  const { cell } = deps;
  const crd = cell.store.get(CRDS, '', name);
  const kind = cell.kinds.byKind('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  if (!crd || !kind) return;
  if (crd.metadata.deletionTimestamp !== undefined) {
    finalize(deps, crd);
    return;
  }
  const accepted = copy(objectAt(crd, 'spec', 'names'));
  if (isEstablished(crd) && equal(objectAt(crd, 'status', 'acceptedNames'), accepted)) return;
  mutate(cell, kind, '', name, controllerOptions('kube-apiserver', 'status'), (object) => {
    const status: JsonObject = isObject(object.status) ? object.status : {};
    const conditions = Array.isArray(status.conditions) ? (status.conditions as JsonObject[]) : [];
    const now = timestamp(cell.clock);
    setCondition(conditions, { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }, now);
    setCondition(
      conditions,
      { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' },
      now,
    );
    object.status = { ...status, conditions, acceptedNames: accepted };
  });
  queue.add(name, ESTABLISH_AFTER);
}

/** Deletes the objects of a CRD that is being deleted, then lets it go. */
function finalize(deps: ControllerDeps, crd: Stored): void {
  const { cell } = deps;
  const name = String(crd.metadata.name);
  const kind = cell.kinds.byKind('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  if (!kind) return;
  const { group, kind: kindName } = crdIdentity(crd);
  const custom = cell.kinds.byGroupKind(group, kindName);
  if (custom) {
    for (const object of cell.store.list(storageKey(custom))) {
      if (object.metadata.deletionTimestamp === undefined)
        deleteObject(cell, custom, String(object.metadata.namespace ?? ''), String(object.metadata.name), {
          preconditions: {},
          dryRun: false,
        });
    }
    if (cell.store.list(storageKey(custom)).length > 0) {
      sayTerminating(deps, name);
      return;
    }
  }
  mutate(cell, kind, '', name, controllerOptions('kube-apiserver'), (object) => {
    const left = (Array.isArray(object.metadata.finalizers) ? object.metadata.finalizers : []).filter((one) => one !== FINALIZER);
    if (left.length > 0) object.metadata.finalizers = left;
    else delete object.metadata.finalizers;
  });
}

function sayTerminating({ cell }: ControllerDeps, name: string): void {
  const kind = cell.kinds.byKind('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  if (!kind) return;
  mutate(cell, kind, '', name, controllerOptions('kube-apiserver', 'status'), (object) => {
    const status: JsonObject = isObject(object.status) ? object.status : {};
    const conditions = Array.isArray(status.conditions) ? (status.conditions as JsonObject[]) : [];
    setCondition(
      conditions,
      { type: 'Terminating', status: 'True', reason: 'InstanceDeletionInProgress', message: 'CustomResource deletion is in progress' },
      timestamp(cell.clock),
    );
    object.status = { ...status, conditions };
  });
}
