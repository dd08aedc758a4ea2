/**
 * The steps of an operation on an instance as it is: those of the plan, without what the values disable, and what the platform does around
 * them. Everything is read with the caller's transaction.
 */
import { evaluateText } from '@cellplane/plan';
import type { PlanVersion } from '../catalog/catalog.js';
import type { Database, Transaction } from '../database/database.js';
import { invalidState } from '../errors.js';
import { findResource } from '../instances/expression-context.js';
import type { OperationKind } from '../instances/instance.js';
import type { InstanceRow, InstanceValues } from '../instances/store.js';
import { bearsData, droppedResources, stepsOfDropped } from './versions/dropped-resources.js';
import type { OperationInput, Step } from './operation.js';
import { selectStartedResources } from './past-runs-store.js';
import { type InstanceDeps, loadRunContext } from './run-context.js';
import { planSteps, verifySteps, withDependencies } from './steps.js';

export interface PlanInput {
  instance: InstanceRow;
  kind: OperationKind;
  by: string;
  /** The one whose workflows run. */
  version: PlanVersion;
  /** What the operation asks for; its conditions are evaluated with it. */
  requested?: InstanceValues | null;
  input?: OperationInput;
  customVerb?: string;
  skipFinalSnapshot?: boolean;
  skipSnapshotCleanup?: boolean;
}

/** Steps of an operation by the plan alone. What the values disable is left out. */
export async function stepsOfPlan(deps: InstanceDeps, tx: Database, input: PlanInput): Promise<Step[]> {
  const { instance, kind, version } = input;
  const disabled = new Set<string>();
  for (const resource of withDependencies(version.compiled, instance.resourceKey)) {
    // A delete takes down what is there, disabled or not, and must be possible whatever has become of the values.
    if (resource.disable === false || kind === 'delete') continue;
    if (resource.disable === true || (await isTrue(deps, tx, input, resource.key, resource.disable))) disabled.add(resource.key);
  }
  const changes = kind === 'modify' || kind === 'upgrade';
  const started = changes ? await selectStartedResources({ ...deps, db: tx }, instance) : undefined;
  const action = input.input?.parameters?.['failedReplicaAction']?.value;
  const steps = planSteps({
    plan: version.compiled,
    resourceKey: instance.resourceKey,
    kind,
    ...(input.customVerb === undefined ? {} : { customVerb: input.customVerb }),
    ...(typeof action === 'string' ? { failedReplicaAction: action } : {}),
    isDisabled: (resource) => disabled.has(resource.key),
    isNew: (resource) => started !== undefined && !started.has(resource.key),
  });
  if (!changes || steps.length === 0) return steps;
  const dropped = await droppedResources({ ...deps, db: tx }, instance, version.compiled);
  // Without data in it what a failed upgrade has left behind goes with the next change; an upgrade was asked about the rest.
  if (kind === 'modify')
    return [
      ...steps,
      ...stepsOfDropped(
        instance,
        dropped.filter(({ resource }) => !bearsData(resource)),
      ),
    ];
  // What cannot be taken back comes last.
  const own = [...steps, ...verifySteps(version.compiled, instance.resourceKey)];
  return [...own.map((step) => ({ ...step, planVersion: version.version })), ...stepsOfDropped(instance, dropped)];
}

/** Adds what the platform does around the plan's steps. */
export async function wholeSteps(deps: InstanceDeps, tx: Transaction, input: PlanInput, steps: Step[]): Promise<Step[]> {
  const { instance, kind } = input;
  const takeDown: Step = { verb: 'delete', resourceKey: instance.resourceKey };
  if (kind === 'delete') {
    const before = await deps.snapshots.stepsBeforeDelete(tx, {
      instance,
      by: input.by,
      skipFinalSnapshot: input.skipFinalSnapshot === true,
      skipSnapshotCleanup: input.skipSnapshotCleanup === true,
    });
    const down = instance.placed || before.length > 0 ? await stepsDown(deps, tx, input, steps) : [];
    return [...before, ...down, ...(down.some((step) => step.dropped !== true) ? [] : [{ ...takeDown, bare: true as const }])];
  }
  // Its namespace and access were made again for this one run.
  if (instance.deletedAt !== null && kind === 'deleteBackup') return [...steps, { ...takeDown, always: true }];
  // The plan's backup wakes what is stopped, and does not say that it puts it to rest again (docs/reference/plan-language.md#backup-of-a-stopped-instance).
  if (kind === 'backup' && instance.status === 'STOPPED' && !steps.some((step) => step.verb === 'stop')) {
    const stop = await stepsOfPlan(deps, tx, { ...input, kind: 'stop' });
    return [...steps, ...stop.map((step): Step => ({ ...step, always: true }))];
  }
  return steps;
}

/**
 * Of the plan's delete steps those of resources that have something in the cell. What never began has nothing, and its workflow
 * may name what never came to be: kinds that were not installed, outputs of a dependency that failed.
 */
async function stepsDown(deps: InstanceDeps, tx: Transaction, { instance, version }: PlanInput, steps: Step[]): Promise<Step[]> {
  const down = await stepsOfMade(deps, tx, { instance, version }, steps);
  // What an upgrade that failed has left behind, and the instance's version does not know.
  return [...stepsOfDropped(instance, await droppedResources({ ...deps, db: tx }, instance, version.compiled)), ...down];
}

async function stepsOfMade(
  deps: InstanceDeps,
  tx: Transaction,
  { instance, version }: Pick<PlanInput, 'instance' | 'version'>,
  steps: Step[],
): Promise<Step[]> {
  const started = await selectStartedResources({ ...deps, db: tx }, instance);
  const isMade = (key: string) => findResource(version.compiled, key).systemWorkflows.create === undefined || started.has(key);
  return steps.filter((step) => isMade(step.resourceKey));
}

async function isTrue(deps: InstanceDeps, tx: Database, input: PlanInput, resourceKey: string, text: string): Promise<boolean> {
  const { expressions } = await loadRunContext({ ...deps, db: tx }, input.instance.id, resourceKey, input.requested);
  const evaluated = evaluateText(text, { ...expressions, place: 'disable' });
  if (evaluated.ok) return evaluated.value.value === true || evaluated.value.value === 'true';
  throw invalidState(
    'unresolved-parameters',
    `Resource "${resourceKey}": whether it is disabled cannot be told: ${evaluated.problem.message}`,
  );
}
