/**
 * Resources that an instance has and a plan version does not: an upgrade to that version takes them down. An upgrade that failed may
 * also have left some behind that the instance's own version does not know.
 */
import type { CompiledPlan, CompiledResource } from '@cellplane/plan';
import { planVersion } from '../../catalog/catalog.js';
import type { Database } from '../../database/database.js';
import type { InstanceRow } from '../../instances/store.js';
import { holdsData } from '../kept-objects.js';
import type { Step } from '../operation.js';
import { selectStartedResources } from '../past-runs-store.js';
import type { StageSets } from '../stage-set.js';
import { dropSteps, withDependencies } from '../steps.js';

export interface DroppedResource {
  resource: CompiledResource;
  /** The plan version that acted on it last: its workflow takes it down. */
  version: string;
  plan: CompiledPlan;
}

/** Resources of the instance that something was made of and that `plan` does not have, in no order. */
export async function droppedResources(
  deps: { db: Database; stageSets: StageSets },
  instance: InstanceRow,
  plan: CompiledPlan,
): Promise<DroppedResource[]> {
  const started = await selectStartedResources(deps, instance);
  for (const { key } of withDependencies(plan, instance.resourceKey)) started.delete(key);
  const dropped: DroppedResource[] = [];
  for (const [key, version] of started) {
    const { compiled } = await planVersion(deps.db, instance.providerOrgId, instance.planId, version);
    const resource = compiled.resources.find((one) => one.key === key);
    if (resource !== undefined) dropped.push({ resource, version, plan: compiled });
  }
  return dropped;
}

/**
 * Whether taking the resource down may take data with it: backups are made of it, or its workflows make objects that hold more than
 * their manifest says (volumes, stateful sets, custom resources).
 */
export function bearsData({ backup, systemWorkflows, kinds }: CompiledResource): boolean {
  const makes = kinds.filter(({ verbs }) => verbs.includes('create'));
  return backup !== undefined || systemWorkflows.backup !== undefined || makes.some(holdsData);
}

/** The steps that take them down. */
export function stepsOfDropped(instance: InstanceRow, dropped: DroppedResource[]): Step[] {
  const versions = new Map(dropped.map(({ version, plan }) => [version, plan]));
  return dropSteps(
    [...versions].map(([version, plan]) => ({
      plan,
      version,
      resourceKey: instance.resourceKey,
      keys: new Set(dropped.filter((one) => one.version === version).map(({ resource }) => resource.key)),
    })),
  );
}
