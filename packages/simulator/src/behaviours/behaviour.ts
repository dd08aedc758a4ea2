import { randomUUID } from 'node:crypto';
import { type Cell, controllerOptions } from '../api/cell.js';
import { deleteObject } from '../api/delete.js';
import { StatusError } from '../api/status.js';
import { createObject } from '../api/create.js';
import { mutate } from '../api/write.js';
import { microTimestamp, timestamp } from '../clock.js';
import { isObject, type JsonObject, stringAt } from '../json.js';
import { type Kind, storageKey } from '../kinds/kind.js';
import type { Change, Stored } from '../store/store.js';
import type { Controller, ControllerDeps } from '../controllers/controller.js';
import { WorkQueue } from '../controllers/queue.js';

/** What a behaviour sees and does: the cell through the eyes of one operator. */
export interface Operator {
  cell: Cell;
  /** Its name in managedFields and events. */
  name: string;
  scaled: (ms: number) => number;
}

/** The kind of an object that is served now. */
function kindOf(operator: Operator, apiVersion: string, kind: string): Kind | undefined {
  return operator.cell.kinds.byKind(apiVersion, kind);
}

/** One object, or undefined. */
export function find(operator: Operator, apiVersion: string, kind: string, namespace: string, name: string): Stored | undefined {
  const known = kindOf(operator, apiVersion, kind);
  return known && operator.cell.store.get(storageKey(known), known.namespaced ? namespace : '', name);
}

/** All objects of a kind in a namespace; '' for all namespaces. */
export function findAll(operator: Operator, apiVersion: string, kind: string, namespace: string): Stored[] {
  const known = kindOf(operator, apiVersion, kind);
  return known ? operator.cell.store.list(storageKey(known), namespace) : [];
}

/** Makes an object unless it is there. A namespace that is going away makes nothing. */
export function ensureObject(operator: Operator, object: JsonObject & { metadata: JsonObject }): Stored | undefined {
  const kind = operator.cell.kinds.of(object);
  if (!kind) return undefined;
  const namespace = stringAt(object, 'metadata', 'namespace');
  const found = operator.cell.store.get(storageKey(kind), namespace, stringAt(object, 'metadata', 'name'));
  if (found) return found;
  try {
    return createObject(operator.cell, kind, namespace, object, controllerOptions(operator.name));
  } catch (error) {
    if (error instanceof StatusError && (error.code === 403 || error.code === 404)) return undefined;
    throw error;
  }
}

/** Changes an object's main part, if it is there. */
export function change(operator: Operator, object: Stored, by: (next: Stored) => void): Stored | undefined {
  const kind = operator.cell.kinds.of(object);
  return (
    kind &&
    mutate(
      operator.cell,
      kind,
      stringAt(object, 'metadata', 'namespace'),
      stringAt(object, 'metadata', 'name'),
      controllerOptions(operator.name),
      by,
    )
  );
}

/** Changes an object's status, if it is there. `undefined` values take fields away. */
export function changeStatus(operator: Operator, object: Stored, by: (status: JsonObject) => void): Stored | undefined {
  const kind = operator.cell.kinds.of(object);
  if (!kind) return undefined;
  return mutate(
    operator.cell,
    kind,
    stringAt(object, 'metadata', 'namespace'),
    stringAt(object, 'metadata', 'name'),
    controllerOptions(operator.name, kind.hasStatus ? 'status' : ''),
    (next) => {
      const status: JsonObject = isObject(next.status) ? next.status : {};
      by(status);
      for (const [name, value] of Object.entries(status)) if (value === undefined) delete status[name];
      next.status = status;
    },
  );
}

/** Deletes an object if it is there, without grace. */
export function remove(operator: Operator, object: Stored): void {
  const kind = operator.cell.kinds.of(object);
  const namespace = stringAt(object, 'metadata', 'namespace');
  const name = stringAt(object, 'metadata', 'name');
  if (!kind || !operator.cell.store.get(storageKey(kind), namespace, name)) return;
  deleteObject(operator.cell, kind, namespace, name, {
    propagationPolicy: 'Background',
    gracePeriodSeconds: 0,
    preconditions: {},
    dryRun: false,
  });
}

/** An owner reference to an object. */
export function ownedBy(owner: Stored): JsonObject[] {
  return [
    {
      apiVersion: owner.apiVersion,
      kind: owner.kind,
      name: owner.metadata.name,
      uid: owner.metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  ];
}

/** Records an Event about an object; the same event again is counted. */
export function record(operator: Operator, about: Stored, type: 'Normal' | 'Warning', reason: string, message: string): void {
  const namespace = stringAt(about, 'metadata', 'namespace') || 'default';
  const now = timestamp(operator.cell.clock);
  const same = findAll(operator, 'v1', 'Event', namespace).find(
    (event) =>
      isObject(event.involvedObject) &&
      event.involvedObject.uid === about.metadata.uid &&
      event.reason === reason &&
      event.message === message,
  );
  if (same) {
    change(operator, same, (next) => {
      next.count = (typeof next.count === 'number' ? next.count : 1) + 1;
      next.lastTimestamp = now;
    });
    return;
  }
  ensureObject(operator, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${stringAt(about, 'metadata', 'name')}.${randomUUID().replaceAll('-', '').slice(0, 16)}`, namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.metadata.name,
      ...(about.metadata.namespace !== undefined && { namespace }),
      uid: about.metadata.uid,
      resourceVersion: about.metadata.resourceVersion,
    },
    type,
    reason,
    message,
    source: { component: operator.name },
    reportingComponent: operator.name,
    firstTimestamp: now,
    lastTimestamp: now,
    eventTime: microTimestamp(operator.cell.clock),
    count: 1,
  });
}

/** Whole seconds, UTC, now. */
export function nowOf(operator: Operator): string {
  return timestamp(operator.cell.clock);
}

/** What a reconciliation wants next: to be called again after so many milliseconds of simulated time and not before, or after the next change. */
export type Next = number | undefined;

/**
 * Runs a reconciliation for each object of the resources that `keyOf` maps to a key: at the start for those that are there, then after each
 * change, `lag` milliseconds later. Reconciliations look at the state and do one step, so a cell that starts again goes on where it was.
 */
export function startOperator(
  deps: ControllerDeps,
  name: string,
  keyOf: (change: Pick<Change, 'resource' | 'object'>) => string | undefined,
  reconcile: (operator: Operator, key: string) => Next,
  lag = 1,
): Controller {
  const operator: Operator = { cell: deps.cell, name, scaled: deps.scaled };
  const queue = new WorkQueue<string>(
    deps.cell.clock,
    (key) => {
      const next = reconcile(operator, key);
      if (next !== undefined) queue.hold(key, deps.scaled(next));
    },
    deps.onError,
  );
  for (const one of deps.cell.store.everything()) {
    const key = keyOf(one);
    if (key !== undefined) queue.add(key, deps.scaled(lag));
  }
  const stop = deps.cell.store.subscribe((change) => {
    const key = keyOf(change);
    if (key !== undefined) queue.add(key, deps.scaled(lag));
  });
  return {
    stop: () => {
      stop();
      queue.stop();
    },
  };
}
