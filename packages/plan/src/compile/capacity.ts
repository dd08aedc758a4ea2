import type { Json } from '../json.js';
import type { ApiParameter, CompiledResource } from '../model.js';

/** What `$var.replicaCount` counts on a resource: where the present number is known from, and its bounds. */
export interface Capacity {
  /** Parameter whose value is the number. */
  parameter?: string;
  /** The number of a new instance, where no parameter tells it. */
  start?: number;
  /** At least 1. */
  least: number;
  /** Absent: unbounded. */
  most?: number;
}

/** Key of the variable that addCapacity and removeCapacity see, and of the parameter that holds the number unless the plan names another. */
export const REPLICA_COUNT = 'replicaCount';

/**
 * Reads it from `compute` (`replicaCount`, `replicaCountAPIParam`), `capabilities.autoscaling` and the parameter's own limits.
 * Numbers only: bounds that are expressions are not known here.
 */
export function capacityOf(resource: Pick<CompiledResource, 'parameters' | 'settings'>): Capacity {
  const compute = member(resource.settings, 'compute');
  const autoscaling = member(member(resource.settings, 'capabilities'), 'autoscaling');
  const named = member(compute, 'replicaCountAPIParam');
  const parameter = resource.parameters.find((one) => one.key === (typeof named === 'string' ? named : REPLICA_COUNT));
  const start = whole(member(compute, 'replicaCount')) ?? whole(member(autoscaling, 'minReplicas'));
  const limits: ApiParameter['limits'] = parameter?.limits ?? {};
  const bounds = [whole(member(autoscaling, 'maxReplicas')), limits.max].filter((bound) => bound !== undefined);
  return {
    ...(parameter === undefined ? {} : { parameter: parameter.key }),
    ...(start === undefined ? {} : { start }),
    least: Math.max(1, whole(member(autoscaling, 'minReplicas')) ?? 1, limits.min ?? 1),
    ...(bounds.length === 0 ? {} : { most: Math.min(...bounds) }),
  };
}

function member(of: Json | undefined, key: string): Json | undefined {
  return typeof of === 'object' && of !== null && !Array.isArray(of) ? of[key] : undefined;
}

/** A number, also in its older form: `{Type: 0, IntVal: 3}`, or `{Type: 1, StrVal: "3"}`. */
function whole(value: Json | undefined): number | undefined {
  if (member(value, 'Type') !== undefined) {
    const text = member(value, 'StrVal');
    if (member(value, 'Type') === 1) return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
    return whole(member(value, 'IntVal'));
  }
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}
