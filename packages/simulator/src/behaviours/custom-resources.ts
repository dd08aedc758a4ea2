import type { Controller, ControllerDeps } from '../controllers/controller.js';
import { equal, isObject, type JsonObject, objectAt } from '../json.js';
import { storageKey } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';
import { changeStatus, type Next, type Operator, record, startOperator } from './behaviour.js';

/** The annotation that tells what a custom resource without an operator does. */
const SIMULATE = 'cellplane.dev/simulate';

/** What the annotation says. */
interface Script {
  afterMs: number;
  status: JsonObject;
}

/**
 * Custom resources that ask for a behaviour: `cellplane.dev/simulate: '{"after":"2s","status":{...}}'` sets that status after the time,
 * `fail` sets a failed one, `hang` does nothing. Kinds that publish observedGeneration get it.
 */
export function startCustomResources(deps: ControllerDeps): Controller {
  const due = new Map<string, number>();
  const keyOf = ({ resource, object }: { resource: string; object: Stored }) =>
    objectAt(object, 'metadata', 'annotations')[SIMULATE] === undefined
      ? undefined
      : `${resource} ${String(object.metadata.namespace ?? '')} ${String(object.metadata.name)}`;
  return startOperator(deps, 'simulated-operator', keyOf, (operator, key) => step(operator, key, due));
}

function step(operator: Operator, key: string, due: Map<string, number>): Next {
  const [resource = '', namespace = '', name = ''] = key.split(' ');
  const object = operator.cell.store.get(resource, namespace, name);
  const kind = operator.cell.kinds.stored().find((one) => storageKey(one) === resource);
  if (!object || !kind?.custom || object.metadata.deletionTimestamp !== undefined) return undefined;
  const script = readScript(objectAt(object, 'metadata', 'annotations')[SIMULATE]);
  if (script === 'hang') return undefined;
  if (typeof script === 'string') {
    record(operator, object, 'Warning', 'UnreadableSimulation', script);
    return undefined;
  }
  const wanted: JsonObject = { ...script.status, ...(observes(kind.schema) && { observedGeneration: object.metadata.generation }) };
  const status = objectAt(object, 'status');
  if (Object.entries(wanted).every(([field, value]) => equal(status[field], value))) return undefined;
  // The clock starts with each generation and each change of the script.
  const moment = `${String(object.metadata.uid)} ${String(object.metadata.generation)} ${JSON.stringify(script)}`;
  const now = operator.cell.clock.now();
  const at = due.get(moment) ?? now + operator.scaled(script.afterMs);
  due.set(moment, at);
  if (now < at) return (at - now) / operator.scaled(1);
  due.delete(moment);
  changeStatus(operator, object, (next) => Object.assign(next, wanted));
  return undefined;
}

function observes(schema: { properties?: Record<string, { properties?: Record<string, unknown> }> }): boolean {
  return schema.properties?.status?.properties?.observedGeneration !== undefined;
}

/** Reads the annotation; a text is `hang` or what is wrong with it. */
function readScript(text: unknown): Script | string {
  if (text === 'hang') return 'hang';
  if (text === 'fail') return { afterMs: 500, status: { phase: 'failed', state: 'Failed', message: 'failed on demand' } };
  try {
    const found: unknown = JSON.parse(String(text));
    if (!isObject(found) || !isObject(found.status)) return `${SIMULATE} must be "fail", "hang" or an object with "status"`;
    const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(String(found.after ?? '0s'));
    if (!match) return `${SIMULATE}: "after" must be a time like "2s"`;
    const unit = match[2] === 'ms' ? 1 : match[2] === 'm' ? 60_000 : 1000;
    return { afterMs: Number(match[1]) * unit, status: found.status };
  } catch {
    return `${SIMULATE} must be "fail", "hang" or JSON`;
  }
}
