/** What may be done with an instance, by its plan and by who asks (docs/reference/plan-language.md#verbs, docs/reference/statuses.md#operations-of-an-instance). */
import type { Handlers } from '@cellplane/api';
import type { CompiledPlan, CompiledResource, CompiledWorkflow } from '@cellplane/plan';
import { inputEntityOnWire } from '../catalog/wire/parameter-wire.js';
import { backupConfiguration, workflowId } from '../catalog/wire/workflow-definition.js';
import type { OperationKind } from '../instances/instance.js';
import { planSteps, isOfferedTo } from '../lifecycle/steps.js';
import type { Audience } from '../identity/audience.js';

type Instance = Awaited<ReturnType<Handlers['describeInstance']>>;
export type SupportedOperation = NonNullable<Instance['consumptionResourceInstanceResult']['supportedOperations']>[number];

/** Verb → its name on the wire, of those that have an operation of their own. */
const WIRE_VERBS = {
  start: 'START',
  stop: 'STOP',
  restart: 'RESTART',
  modify: 'MODIFY',
  addCapacity: 'ADD_CAPACITY',
  removeCapacity: 'REMOVE_CAPACITY',
  backup: 'BACKUP',
  restore: 'RESTORE',
  failover: 'FAILOVER',
  delete: 'DELETE',
} as const satisfies Partial<Record<OperationKind, string>>;
type OfferedVerb = keyof typeof WIRE_VERBS;

/** A verb as the wire names it; a custom one as its plan spells it. */
export function verbOnWire(verb: string): string {
  return Object.hasOwn(WIRE_VERBS, verb) ? WIRE_VERBS[verb as OfferedVerb] : verb;
}

/** What a client may show, so that nothing is shown that would be refused as not offered. A delete is always possible. */
export function supportedOperations(
  of: { plan: CompiledPlan; resource: CompiledResource; resourceId: string; customersChooseVersion: boolean },
  audience: Audience,
): SupportedOperation[] {
  const { plan, resource, resourceId } = of;
  const has = (kind: OfferedVerb): boolean =>
    kind === 'delete' || planSteps({ plan, resourceKey: resource.key, kind, isDisabled: () => false }).length > 0;
  const offered = (Object.keys(WIRE_VERBS) as OfferedVerb[]).filter(has);
  return [
    ...offered.map((verb) => systemOperation(resource, verb)),
    // The portal knows a restart by this name; the command line does not show what is LEGACY.
    ...(offered.includes('restart') ? [{ name: 'reboot', source: 'LEGACY', verb: 'REBOOT' }] : []),
    // An upgrade runs the modify of the version that it goes to; the portal hides its own where this is missing.
    ...(offered.includes('modify') && (audience === 'FLEET' || of.customersChooseVersion)
      ? [{ name: 'upgrade', source: 'LEGACY', verb: 'UPGRADE' }]
      : []),
    ...resource.customWorkflows
      .filter((workflow) => isOfferedTo(workflow, audience))
      .map((workflow) => customOperation(workflow, resourceId)),
  ];
}

function systemOperation(resource: CompiledResource, verb: OfferedVerb): SupportedOperation {
  const workflow = resource.systemWorkflows[verb];
  const operation: SupportedOperation = {
    name: workflow?.displayName || verb,
    source: 'SYSTEM_WORKFLOW',
    verb: WIRE_VERBS[verb],
    apiParameters: verb === 'modify' ? resource.parameters.filter((parameter) => parameter.modifiable).map(inputEntityOnWire) : [],
  };
  if (workflow !== undefined && workflow.description !== '') operation.description = workflow.description;
  if (verb === 'backup' && resource.backup !== undefined) operation.configuration = backupConfiguration(resource);
  return operation;
}

function customOperation(workflow: CompiledWorkflow, resourceId: string): SupportedOperation {
  return {
    id: workflowId(resourceId, workflow.verb),
    name: workflow.displayName || workflow.verb,
    source: 'CUSTOM_WORKFLOW',
    verb: workflow.verb,
    description: workflow.description,
    scope: workflow.scope,
    apiParameters: workflow.parameters.map(inputEntityOnWire),
  };
}
