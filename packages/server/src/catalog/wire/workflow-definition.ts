/** Workflows of a plan as definitions: the provider's own and the platform's verbs (docs/reference/plan-language.md#workflow-definitions). */
import { createHash } from 'node:crypto';
import type { CustomWorkflow, Handlers } from '@cellplane/api';
import type { CompiledResource, CompiledWorkflow } from '@cellplane/plan';
import type { Database } from '../../database/database.js';
import { DomainError, notFound } from '../../errors.js';
import { type PlanVersion, planVersion } from '../catalog.js';
import { inputEntityOnWire } from './parameter-wire.js';
import { selectPlan, selectPlans } from '../store.js';
import { workflowSpec } from './workflow-spec.js';

export type WorkflowDefinitionHandlers = Pick<Handlers, 'listCustomWorkflows' | 'describeCustomWorkflow'>;

/** Reads only: a plan's spec is the one source of its workflows. */
export function workflowDefinitionHandlers({ db }: { db: Database }): WorkflowDefinitionHandlers {
  return {
    async listCustomWorkflows({ params, query, caller }) {
      const plan = await selectPlan(db, caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      const customWorkflows = definitionsOf(await planVersion(db, caller.orgId, plan.id, query.productTierVersion ?? 'preferred'));
      return { ids: customWorkflows.map((one) => one.id), customWorkflows };
    },
    async describeCustomWorkflow({ params, query, caller }) {
      const asked = (plan: { id: string }) => (query.productTierId ?? plan.id) === plan.id;
      for (const plan of (await selectPlans(db, caller.orgId, { serviceId: params.serviceId })).filter(asked)) {
        const version = await planVersion(db, caller.orgId, plan.id, query.productTierVersion ?? 'preferred').catch(unreleased);
        const found = version === undefined ? undefined : definitionsOf(version).find((one) => one.id === params.id);
        if (found !== undefined) return found;
      }
      throw notFound('custom workflow', params.id);
    },
  };
}

/**
 * Id of a workflow. It is made of what the workflow is, so every version of the plan that has it gives it the same one.
 * A verb's letter case makes no difference, as in calls.
 */
export function workflowId(resourceId: string, verb: string): string {
  const digest = createHash('sha256').update(`workflow\0${resourceId}\0${verb.toLowerCase()}`).digest('base64url').replaceAll(/[-_]/g, '');
  return `cwt-${digest.slice(0, 10)}`;
}

/** What a backup's policy is, for people who look at its workflow. */
export function backupConfiguration(resource: CompiledResource): Record<string, number | boolean> {
  const { backup } = resource;
  if (backup === undefined) return {};
  return {
    backupRetentionInDays: backup.retentionInDays,
    backupPeriodInHours: backup.periodInHours,
    snapshotBeforeDeletion: backup.snapshotBeforeDeletion,
  };
}

function definitionsOf(version: PlanVersion): CustomWorkflow[] {
  return version.compiled.resources.flatMap((resource) => [
    ...Object.values(resource.systemWorkflows).map((workflow) => definition(version, resource, workflow, true)),
    ...resource.customWorkflows.map((workflow) => definition(version, resource, workflow, false)),
  ]);
}

function definition(
  { place, resourceIds, version }: PlanVersion,
  resource: CompiledResource,
  workflow: CompiledWorkflow,
  isSystemWorkflow: boolean,
): CustomWorkflow {
  const resourceId = resourceIds[resource.key] ?? '';
  return {
    id: workflowId(resourceId, workflow.verb),
    serviceId: place.serviceId,
    productTierId: place.planId,
    name: workflow.displayName || workflow.verb,
    verb: workflow.verb,
    description: workflow.description,
    scope: workflow.scope,
    apiParameters: workflow.parameters.map(inputEntityOnWire),
    outputParameters: Object.fromEntries(workflow.outputs.map(({ name, value }) => [name, value])),
    // An output is whatever its path holds, so its type is any JSON.
    outputParameterSpecs: workflow.outputs.map(({ name, value }) => ({ name, type: 'json', valueRef: value })),
    configuration: isSystemWorkflow && workflow.verb === 'backup' ? backupConfiguration(resource) : {},
    spec: workflowSpec(workflow),
    isSystemWorkflow,
    resourceId,
    resourceKey: resource.key,
    productTierVersion: version,
  };
}

/** A plan without a released version has no definitions yet. */
function unreleased(error: unknown): undefined {
  if (error instanceof DomainError && error.kind === 'not_found') return undefined;
  throw error;
}
