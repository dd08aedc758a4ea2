/** What stands against an upgrade beside its values: found before anything is touched, each named with its cure. */
import { resolveExpressions } from '@cellplane/plan';
import type { PlanVersion } from '../../catalog/catalog.js';
import { canBeInternal, notOfferedOn } from '../../catalog/offered-clouds.js';
import type { ErrorDetail } from '../../errors.js';
import { findResource } from '../../instances/expression-context.js';
import type { InstanceRow, InstanceValues } from '../../instances/store.js';
import { bearsData, type DroppedResource } from './dropped-resources.js';
import type { Step } from '../operation.js';
import { ownCallValues } from '../operation-input.js';
import { type InstanceDeps, loadRunContext } from '../run-context.js';
import { requireServed } from '../served-only.js';
import { workflowOf } from '../steps.js';

/** Where the instance is, the version must be offered. */
export function problemsOfPlace(version: PlanVersion, { cloudProvider, networkType, resourceKey }: InstanceRow): ErrorDetail[] {
  const message = notOfferedOn(version.compiled, version.place.planName, cloudProvider);
  const resource = findResource(version.compiled, resourceKey);
  return [
    ...(message === undefined ? [] : [{ code: 'not-offered-there', message }]),
    ...(networkType === 'INTERNAL' && !canBeInternal(resource)
      ? [
          {
            code: 'network-type-not-offered',
            message: `Version ${version.version} cannot be on an INTERNAL network, on which the instance is`,
          },
        ]
      : []),
  ];
}

/** What the version does not have any more must be possible to take down, and its data is not lost unless that was asked for. */
export function problemsOfDropped(dropped: DroppedResource[], to: { version: string; removeDropped: boolean }): ErrorDetail[] {
  return dropped.flatMap(({ resource, version }): ErrorDetail[] => {
    const what = `version ${to.version} has no resource "${resource.name}", which the instance has`;
    if (resource.systemWorkflows.delete === undefined) {
      const cure = `Build a version that keeps it.`;
      return [{ code: 'dropped-without-delete', message: `${what}, and version ${version} has no delete workflow for it`, cure }];
    }
    if (to.removeDropped || !bearsData(resource)) return [];
    const cure = 'Ask for it on purpose: removeDropped (--remove-dropped). What it holds is then gone.';
    return [{ code: 'dropped-with-data', message: `${what}, and it may hold data`, cure }];
  });
}

/** What the workflows of the upgrade read and there is no value of. What a resource gives out is known only when its run has ended. */
export async function problemsOfWorkflows(
  deps: InstanceDeps,
  input: { instance: InstanceRow; version: PlanVersion; requested: InstanceValues; steps: Step[] },
): Promise<ErrorDetail[]> {
  const { instance, version, requested } = input;
  const { compiled } = version;
  requireServed(compiled, findResource(compiled, instance.resourceKey), { anyModel: deps.simulation });
  const problems: ErrorDetail[] = [];
  for (const step of input.steps) {
    const workflow = step.dropped === true ? undefined : workflowOf(compiled, step);
    if (workflow === undefined) continue;
    const { expressions, resource } = await loadRunContext(deps, instance.id, step.resourceKey, requested);
    const parameters = {
      ...expressions.parameters,
      ...(step.verb === 'custom' ? ownCallValues(workflow, resource, instance.cloudProvider) : {}),
    };
    const { unresolved } = resolveExpressions(workflow.expressions, { ...expressions, parameters });
    const missing = unresolved.filter((text) => /^\$(var|secret)\b/.test(text));
    if (missing.length === 0) continue;
    const message = `unresolved workflow input parameters: [${missing.join(', ')}]: the ${step.customVerb ?? step.verb} of "${resource.name}" in version ${version.version} reads what there is no value of`;
    problems.push({ code: 'unresolved-parameters', message });
  }
  return problems;
}
