import { controllerOptions, type Cell } from '../api/cell.js';
import { deleteObject } from '../api/delete.js';
import { mutate } from '../api/write.js';
import { arrayAt, isObject, type JsonObject, stringAt } from '../json.js';
import { type Kind, storageKey } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';
import type { Controller, ControllerDeps } from './controller.js';
import { WorkQueue } from './queue.js';

const ownersOf = (object: Stored): JsonObject[] => arrayAt(object, 'metadata', 'ownerReferences').filter(isObject);
const finalizersOf = (object: Stored): string[] => arrayAt(object, 'metadata', 'finalizers').map(String);

/**
 * Deletes what belongs to objects that are gone, in the three ways of `propagationPolicy` (kubernetes pkg/controller/garbagecollector).
 * Work is keyed by `resource namespace name` of the object to look at.
 */
export function startGarbageCollector(deps: ControllerDeps): Controller {
  const { cell } = deps;
  const byOwner = new Map<string, Set<string>>();
  const keyOf = (resource: string, object: Stored) =>
    `${resource} ${String(object.metadata.namespace ?? '')} ${String(object.metadata.name)}`;
  const index = (resource: string, object: Stored) => {
    for (const owner of ownersOf(object)) {
      const uid = stringAt(owner, 'uid');
      byOwner.set(uid, (byOwner.get(uid) ?? new Set()).add(keyOf(resource, object)));
    }
  };
  const dependents = (uid: string) =>
    [...(byOwner.get(uid) ?? [])]
      .map((key) => lookUp(cell, key))
      .filter((found) => found !== undefined)
      .filter(({ object }) => ownersOf(object).some((owner) => owner.uid === uid));
  const queue = new WorkQueue<string>(
    cell.clock,
    (key) => {
      const found = lookUp(cell, key);
      if (found) reconcile(cell, found, dependents);
    },
    deps.onError,
  );
  const consider = (resource: string, object: Stored) => {
    index(resource, object);
    const waits =
      object.metadata.deletionTimestamp !== undefined &&
      finalizersOf(object).some((one) => one === 'foregroundDeletion' || one === 'orphan');
    if (waits || ownersOf(object).length > 0) queue.add(keyOf(resource, object));
  };
  for (const { resource, object } of cell.store.everything()) consider(resource, object);
  const stop = cell.store.subscribe((change) => {
    if (change.type !== 'DELETED') {
      consider(change.resource, change.object);
      return;
    }
    const uid = String(change.object.metadata.uid);
    for (const key of byOwner.get(uid) ?? []) queue.add(key);
    byOwner.delete(uid);
    // Owners that wait for this one.
    for (const owner of ownersOf(change.object)) {
      const kind = cell.kinds.byKind(stringAt(owner, 'apiVersion'), stringAt(owner, 'kind'));
      if (kind)
        queue.add(
          `${storageKey(kind)} ${kind.namespaced ? String(change.object.metadata.namespace ?? '') : ''} ${stringAt(owner, 'name')}`,
        );
    }
  });
  return {
    stop: () => {
      stop();
      queue.stop();
    },
  };
}

interface Found {
  kind: Kind;
  object: Stored;
}

function lookUp(cell: Cell, key: string): Found | undefined {
  const [resource = '', namespace = '', name = ''] = key.split(' ');
  const object = cell.store.get(resource, namespace, name);
  const kind = object && cell.kinds.stored().find((one) => storageKey(one) === resource);
  return object && kind && { kind, object };
}

function reconcile(cell: Cell, { kind, object }: Found, dependents: (uid: string) => Found[]): void {
  if (object.metadata.deletionTimestamp !== undefined) {
    const finalizers = finalizersOf(object);
    if (finalizers.includes('orphan')) orphan(cell, kind, object, dependents);
    else if (finalizers.includes('foregroundDeletion')) deleteDependents(cell, kind, object, dependents);
    return;
  }
  const owners = ownersOf(object);
  if (owners.length === 0) return;
  const alive = owners.filter((owner) => isAlive(cell, object, owner));
  if (alive.length === owners.length) return;
  const namespace = String(object.metadata.namespace ?? '');
  const name = String(object.metadata.name);
  if (alive.length > 0) {
    mutate(
      cell,
      kind,
      namespace,
      name,
      controllerOptions('kube-controller-manager'),
      (next) => void (next.metadata.ownerReferences = alive),
    );
    return;
  }
  deleteObject(cell, kind, namespace, name, {
    propagationPolicy: 'Background',
    preconditions: { uid: String(object.metadata.uid) },
    dryRun: false,
  });
}

/** An owner counts by uid; one of a kind that is not served cannot be judged and counts as alive. */
function isAlive(cell: Cell, dependent: Stored, owner: JsonObject): boolean {
  const [group = ''] = stringAt(owner, 'apiVersion').includes('/') ? stringAt(owner, 'apiVersion').split('/') : [''];
  const kind =
    cell.kinds.byKind(stringAt(owner, 'apiVersion'), stringAt(owner, 'kind')) ?? cell.kinds.byGroupKind(group, stringAt(owner, 'kind'));
  if (!kind) return true;
  const found = cell.store.get(
    storageKey(kind),
    kind.namespaced ? String(dependent.metadata.namespace ?? '') : '',
    stringAt(owner, 'name'),
  );
  return found?.metadata.uid === owner.uid;
}

function withoutFinalizer(cell: Cell, kind: Kind, object: Stored, finalizer: string): void {
  mutate(
    cell,
    kind,
    String(object.metadata.namespace ?? ''),
    String(object.metadata.name),
    controllerOptions('kube-controller-manager'),
    (next) => {
      const left = finalizersOf(next).filter((one) => one !== finalizer);
      if (left.length > 0) next.metadata.finalizers = left;
      else delete next.metadata.finalizers;
    },
  );
}

function orphan(cell: Cell, kind: Kind, owner: Stored, dependents: (uid: string) => Found[]): void {
  const uid = String(owner.metadata.uid);
  for (const { kind: childKind, object } of dependents(uid)) {
    mutate(
      cell,
      childKind,
      String(object.metadata.namespace ?? ''),
      String(object.metadata.name),
      controllerOptions('kube-controller-manager'),
      (next) => {
        const left = ownersOf(next).filter((one) => one.uid !== uid);
        if (left.length > 0) next.metadata.ownerReferences = left;
        else delete next.metadata.ownerReferences;
      },
    );
  }
  withoutFinalizer(cell, kind, owner, 'orphan');
}

/** Foreground: dependents go first; those with blockOwnerDeletion hold the owner. */
function deleteDependents(cell: Cell, kind: Kind, owner: Stored, dependents: (uid: string) => Found[]): void {
  const uid = String(owner.metadata.uid);
  for (const { kind: childKind, object } of dependents(uid)) {
    if (object.metadata.deletionTimestamp !== undefined) continue;
    const others = ownersOf(object).filter((one) => one.uid !== uid);
    if (others.some((one) => isAlive(cell, object, one))) continue;
    deleteObject(cell, childKind, String(object.metadata.namespace ?? ''), String(object.metadata.name), {
      propagationPolicy: 'Foreground',
      preconditions: { uid: String(object.metadata.uid) },
      dryRun: false,
    });
  }
  const blocking = dependents(uid).some(({ object }) => {
    const owners = ownersOf(object);
    const reference = owners.find((one) => one.uid === uid);
    return reference?.blockOwnerDeletion === true && !owners.some((one) => one.uid !== uid && isAlive(cell, object, one));
  });
  if (!blocking) withoutFinalizer(cell, kind, owner, 'foregroundDeletion');
}
