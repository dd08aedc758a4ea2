/**
 * A plan's resource may depend on others of the plan (`dependsOn`): they belong to the instance, and an operation acts on
 * them too, one run after the other. What comes up is brought up in the order of dependence, what goes down the other way.
 */
import type { CompiledPlan, CompiledResource, KindUse } from '@cellplane/plan';
import { findResource } from './expression-context.js';
import type { OperationKind } from './instance.js';

/** The resource and everything it depends on, what is needed first; the build has refused cycles. */
export function withDependencies(plan: CompiledPlan, resourceKey: string): CompiledResource[] {
  const found = new Map<string, CompiledResource>();
  const visit = (key: string) => {
    if (found.has(key)) return;
    const resource = findResource(plan, key);
    for (const dependency of resource.dependsOn) visit(dependency);
    found.set(key, resource);
  };
  visit(resourceKey);
  return [...found.values()];
}

/** Resources that the operation acts on, in order: those that have its workflow and are not disabled. */
export function stepsOf(
  plan: CompiledPlan,
  resourceKey: string,
  kind: OperationKind,
  isDisabled: (resource: CompiledResource) => boolean,
): CompiledResource[] {
  const acting = withDependencies(plan, resourceKey).filter((resource) => resource.systemWorkflows[kind] !== undefined);
  const goesDown = kind === 'delete' || kind === 'stop';
  // What was disabled after it had been made must still be deleted.
  const enabled = kind === 'delete' ? acting : acting.filter((resource) => resource.key === resourceKey || !isDisabled(resource));
  return goesDown ? enabled.toReversed() : enabled;
}

/** Kinds that the resources of an instance use. */
export function kindsOf(resources: CompiledResource[]): KindUse[] {
  return resources.flatMap((resource) => resource.kinds);
}

/** A dependency that this server cannot bring up: it has no create workflow, but is something to be brought up. */
export function unservedDependency(plan: CompiledPlan, resourceKey: string): CompiledResource | undefined {
  return withDependencies(plan, resourceKey).find(
    (resource) => resource.key !== resourceKey && resource.kind !== 'Generic' && resource.systemWorkflows.create === undefined,
  );
}
