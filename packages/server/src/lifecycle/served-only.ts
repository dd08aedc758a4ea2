/** What of a plan's resources can be brought up, and what an instance says of the rest. */
import { type CompiledPlan, type CompiledResource, isContainer, whatIsNotServed } from '@cellplane/plan';
import { DomainError } from '../errors.js';
import { unservedDependencies } from './steps.js';

/**
 * Refuses what cannot be brought up, by name. A container service among the dependencies is left out instead, which the
 * instance says for as long as it lives. `anyModel`: a simulation runs every deployment model in its own cell.
 * @throws DomainError not_implemented
 */
export function requireServed(plan: CompiledPlan, resource: CompiledResource, { anyModel }: { anyModel: boolean }): void {
  const { model } = plan.deployment;
  if (model !== 'HOSTED' && !anyModel) {
    throw new DomainError(
      'not_implemented',
      'deployment-model-not-served',
      `Plans with the deployment model ${model} can be built, but instances of them are not served yet.`,
    );
  }
  const own = whatIsNotServed(resource);
  if (own !== undefined) throw notServed(`Resource "${resource.name}" is ${own}`);
  const dependencies = unservedDependencies(plan, resource.key);
  const needed = dependencies.find((dependency) => !isContainer(dependency));
  if (needed !== undefined)
    throw notServed(`Resource "${resource.name}" depends on "${needed.name}", which is ${whatIsNotServed(needed) ?? 'not served'}`);
}

/** Warnings of an instance about container services that it depends on and that are not made. */
export function skippedDependencies(plan: CompiledPlan, resourceKey: string): string[] {
  return unservedDependencies(plan, resourceKey)
    .filter(isContainer)
    .map((dependency) => `not-served: "${dependency.name}" is a container service, which is not served here: it was not made`);
}

function notServed(what: string): DomainError {
  return new DomainError(
    'not_implemented',
    'resource-kind-not-served',
    `${what}, which is not served here: no instance can be created. Only resources with a create workflow are served.`,
  );
}
