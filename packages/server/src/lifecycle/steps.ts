/**
 * Steps of operations, as the plan asks for them.
 *
 * A plan's resource may depend on others of the plan (`dependsOn`): they belong to the instance, and what brings it up or takes
 * it down acts on them too, one run after the other. What comes up is brought up in the order of dependence, what goes down the
 * other way. Capacity, failover, backups and custom workflows are of the instance's own resource alone.
 */
import {
  type CompiledPlan,
  type CompiledResource,
  type CompiledWorkflow,
  isContainer,
  type KindUse,
  type SystemVerb,
} from '@cellplane/plan';
import { findResource } from '../instances/expression-context.js';
import type { Step } from './operation.js';
import type { OperationKind } from '../instances/instance.js';
import type { Audience } from '../identity/audience.js';

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

export interface StepsInput {
  plan: CompiledPlan;
  /** The instance's own resource. */
  resourceKey: string;
  kind: OperationKind;
  /** Custom operations: the plan's own verb, as written. */
  customVerb?: string;
  /** Failovers: `$var.failedReplicaAction`. */
  failedReplicaAction?: string;
  isDisabled: (resource: CompiledResource) => boolean;
  /** Nothing of it has been made yet: a change makes it. @default false */
  isNew?: (resource: CompiledResource) => boolean;
}

/** Steps of an operation by the plan alone, in order; empty if the instance's own resource has no workflow for it. */
export function planSteps(input: StepsInput): Step[] {
  const { kind } = input;
  switch (kind) {
    case 'modify':
    case 'upgrade':
      return changeSteps(input);
    case 'restart':
      return restartSteps(input);
    case 'restore':
      return restoreSteps(input);
    case 'failover': {
      const failover = ownStep(input, 'failover');
      const restarts = failover.length > 0 && input.failedReplicaAction === 'FAILOVER_AND_RESTART';
      return restarts ? [...failover, ...restartSteps(input)] : failover;
    }
    case 'custom':
      return customStep(input);
    case 'backup':
    case 'deleteBackup':
    case 'addCapacity':
    case 'removeCapacity':
      return ownStep(input, kind);
    default:
      return everyResource(input, kind);
  }
}

/**
 * Steps that take down resources which the plan version that is to be does not have, each by the version that made it. What depends on
 * others goes first. `made`: by key, the version that acted last.
 */
export function dropSteps(dropped: { plan: CompiledPlan; version: string; resourceKey: string; keys: ReadonlySet<string> }[]): Step[] {
  return dropped.flatMap(({ plan, version, resourceKey, keys }) =>
    withDependencies(plan, resourceKey)
      .toReversed()
      .filter(({ key, systemWorkflows }) => keys.has(key) && systemWorkflows.delete !== undefined)
      .map(({ key }): Step => ({ verb: 'delete', resourceKey: key, planVersion: version, dropped: true })),
  );
}

/** The steps that verify an upgrade: a custom workflow of each resource of the plan that names one. */
export function verifySteps(plan: CompiledPlan, resourceKey: string): Step[] {
  return withDependencies(plan, resourceKey).flatMap(({ key, upgrade, customWorkflows }): Step[] => {
    const workflow = customWorkflows.find(({ verb }) => upgrade?.verify !== undefined && sameVerb(verb, upgrade.verify));
    return workflow === undefined ? [] : [{ verb: 'custom', customVerb: workflow.verb, resourceKey: key }];
  });
}

/** The workflow that a step runs; undefined if the plan has none. */
export function workflowOf(plan: CompiledPlan, step: Step): CompiledWorkflow | undefined {
  const resource = plan.resources.find((one) => one.key === step.resourceKey);
  if (step.verb !== 'custom') return resource?.systemWorkflows[step.verb];
  return resource?.customWorkflows.find((workflow) => sameVerb(workflow.verb, step.customVerb ?? ''));
}

/** Verbs are looked up ignoring letter case, as clients type them. */
export function sameVerb(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The provider may call everything that its plan has. */
export function isOfferedTo(workflow: Pick<CompiledWorkflow, 'scope'>, audience: Audience): boolean {
  return audience === 'FLEET' || workflow.scope.includes(audience);
}

function own({ plan, resourceKey }: StepsInput): CompiledResource {
  return findResource(plan, resourceKey);
}

function ownStep(input: StepsInput, verb: SystemVerb): Step[] {
  return own(input).systemWorkflows[verb] === undefined ? [] : [{ verb, resourceKey: input.resourceKey }];
}

function customStep(input: StepsInput): Step[] {
  const workflow = own(input).customWorkflows.find((one) => sameVerb(one.verb, input.customVerb ?? ''));
  return workflow === undefined ? [] : [{ verb: 'custom', customVerb: workflow.verb, resourceKey: input.resourceKey }];
}

/** Resources that have the workflow and are not disabled. */
function everyResource(input: StepsInput, verb: SystemVerb): Step[] {
  const { plan, resourceKey, isDisabled } = input;
  const acting = withDependencies(plan, resourceKey).filter((resource) => resource.systemWorkflows[verb] !== undefined);
  // What was disabled after it had been made must still be deleted.
  const enabled = verb === 'delete' ? acting : acting.filter((resource) => resource.key === resourceKey || !isDisabled(resource));
  if (verb !== 'delete' && !enabled.some((resource) => resource.key === resourceKey)) return [];
  const ordered = verb === 'delete' || verb === 'stop' ? enabled.toReversed() : enabled;
  return ordered.map((resource) => ({ verb, resourceKey: resource.key }));
}

/** What has not been made yet, because it was disabled or the create did not come to it, is made; the rest is modified. */
function changeSteps(input: StepsInput): Step[] {
  const { plan, resourceKey, isDisabled, isNew = () => false } = input;
  if (own(input).systemWorkflows.modify === undefined) return [];
  return withDependencies(plan, resourceKey)
    .filter((resource) => resource.key === resourceKey || !isDisabled(resource))
    .flatMap((resource): Step[] => {
      const verb = resource.systemWorkflows.create !== undefined && isNew(resource) ? 'create' : 'modify';
      return resource.systemWorkflows[verb] === undefined ? [] : [{ verb, resourceKey: resource.key }];
    });
}

/** Without a workflow of its own a restart is a stop and a start, where the plan has both (docs/reference/plan-language.md#verbs). */
function restartSteps(input: StepsInput): Step[] {
  const steps = everyResource(input, 'restart');
  if (steps.length > 0) return steps;
  const [stop, start] = [everyResource(input, 'stop'), everyResource(input, 'start')];
  return stop.length > 0 && start.length > 0 ? [...stop, ...start] : [];
}

/** What cannot be restored is created. */
function restoreSteps(input: StepsInput): Step[] {
  if (own(input).systemWorkflows.restore === undefined) return [];
  return withDependencies(input.plan, input.resourceKey)
    .filter((resource) => resource.key === input.resourceKey || !input.isDisabled(resource))
    .flatMap((resource): Step[] => {
      const verb = (['restore', 'create'] as const).find((one) => resource.systemWorkflows[one] !== undefined);
      return verb === undefined ? [] : [{ verb, resourceKey: resource.key }];
    });
}

/** Kinds that the resources of an instance use. */
export function kindsOf(resources: CompiledResource[]): KindUse[] {
  return resources.flatMap((resource) => resource.kinds);
}

/** Dependencies that are not brought up here, and are more than names: what there is to make of them is not served. */
export function unservedDependencies(plan: CompiledPlan, resourceKey: string): CompiledResource[] {
  return withDependencies(plan, resourceKey).filter(
    (resource) =>
      resource.key !== resourceKey &&
      resource.disable !== true &&
      resource.systemWorkflows.create === undefined &&
      (resource.kind !== 'Generic' || isContainer(resource)),
  );
}
