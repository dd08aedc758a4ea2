/** How many replicas an instance has, and may have. */
import { type ApiParameter, capacityOf, type CompiledResource } from '@cellplane/plan';
import type { InstanceRow } from './store.js';

/** Replicas of an instance, as far as its plan tells them. */
export interface Replicas {
  /** Absent: nothing tells it, so nothing can be counted from it. */
  current?: number;
  least: number;
  /** Absent: unbounded. */
  most?: number;
  /** The parameter that holds the number. */
  parameter?: ApiParameter;
}

/**
 * The present number: the value of the parameter that holds it (a modify changes it, a scaling too), else what the last scaling
 * left, else what the plan begins with.
 */
export function replicasOf(instance: Pick<InstanceRow, 'parameters' | 'replicas'>, resource: CompiledResource): Replicas {
  const { parameter: key, start, least, most } = capacityOf(resource);
  const parameter = resource.parameters.find((one) => one.key === key);
  const held = parameter === undefined ? undefined : Number(instance.parameters[parameter.key] ?? Number.NaN);
  const current = held !== undefined && Number.isInteger(held) ? held : (instance.replicas ?? start);
  return {
    ...(current === undefined ? {} : { current }),
    least,
    ...(most === undefined ? {} : { most }),
    ...(parameter === undefined ? {} : { parameter }),
  };
}
