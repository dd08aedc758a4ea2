/** Workflows of a plan by name. Pure. */
import { type CompiledPlan, type CompiledResource, type CompiledWorkflow, looseKey } from '@cellplane/plan';

/** A workflow by the key or name of its resource, and its verb. */
export function workflowOf(
  plan: CompiledPlan,
  resource: string,
  verb: string,
): { resource: CompiledResource; workflow: CompiledWorkflow } | undefined {
  const found = plan.resources.find(({ key }) => looseKey(key) === looseKey(resource));
  if (found === undefined) return undefined;
  const all = [...Object.values(found.systemWorkflows), ...found.customWorkflows];
  const workflow = all.find((one) => one.verb === verb);
  return workflow === undefined ? undefined : { resource: found, workflow };
}
