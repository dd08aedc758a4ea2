/** Calls of the plan's own workflows on an instance (docs/reference/plan-language.md#custom-workflows). */
import type { CompiledWorkflow } from '@cellplane/plan';
import { type PlanVersion, planVersion } from '../../catalog/catalog.js';
import { workflowId } from '../../catalog/wire/workflow-definition.js';
import { transaction } from '../../database/database.js';
import { badRequest, DomainError, notFound } from '../../errors.js';
import { beginOperation, type StartedOperation } from '../begin-operation.js';
import { lockVisible } from './change-instance.js';
import type { InstanceCaller } from '../../instances/instance.js';
import type { Audience } from '../../identity/audience.js';
import { findResource } from '../../instances/expression-context.js';
import { callInput } from '../operation-input.js';
import { callValues, maskedValues } from '../../instances/parameters.js';
import type { InstanceDeps } from '../run-context.js';
import type { InstanceRow } from '../../instances/store.js';
import { sameVerb, isOfferedTo } from '../steps.js';
import { refuseForeignParameters } from '../foreign-names.js';

export interface CustomCall {
  instanceId: string;
  /** Its id (`cwt-…`), or its verb in any letter case. */
  workflow: { id: string } | { verb: string };
  /** Whom the caller counts as on this instance. */
  audience: (instance: InstanceRow) => Audience;
  /** As it came. */
  parameters: unknown;
}

/**
 * Begins it. The instance stays as it is, whatever comes of the run, and is locked while it goes on.
 * @throws DomainError bad_request naming every wrong parameter; not_found (instance, workflow); forbidden (not for this
 * audience); invalid_state (not RUNNING, another operation runs)
 */
export async function callCustomWorkflow(
  deps: InstanceDeps,
  caller: InstanceCaller,
  call: CustomCall,
): Promise<StartedOperation & { workflowId: string }> {
  const started = await transaction(deps.db, async (tx) => {
    const instance = await lockVisible(tx, caller, call.instanceId);
    const version = await planVersion(tx, instance.providerOrgId, instance.planId, instance.planVersion);
    const { workflow, id } = findWorkflow(version, instance, call);
    if (!isOfferedTo(workflow, call.audience(instance))) {
      throw new DomainError(
        'forbidden',
        'workflow-not-offered',
        `The workflow "${workflow.verb}" is for the provider of the plan; its scope does not have customers.`,
      );
    }
    const values = callValues({ parameters: workflow.parameters, given: call.parameters, cloudProvider: instance.cloudProvider });
    await refuseForeignParameters({ ...deps, db: tx }, instance, call.parameters);
    const resource = findResource(version.compiled, instance.resourceKey);
    const operation = await beginOperation(deps, tx, {
      instance,
      kind: 'custom',
      by: caller.userId,
      customVerb: workflow.verb,
      input: { parameters: callInput(workflow, resource, values) },
      data: { verb: workflow.verb, name: workflow.displayName || workflow.verb, workflowId: id, requestParams: maskedValues(values) },
    });
    return { ...operation, workflowId: id };
  });
  deps.wake(started.runId);
  return started;
}

function findWorkflow(version: PlanVersion, instance: InstanceRow, call: CustomCall): { workflow: CompiledWorkflow; id: string } {
  const resource = findResource(version.compiled, instance.resourceKey);
  const idOf = (workflow: CompiledWorkflow): string => workflowId(instance.resourceId, workflow.verb);
  const wanted = call.workflow;
  if ('verb' in wanted) {
    const workflow = resource.customWorkflows.find((one) => sameVerb(one.verb, wanted.verb));
    if (workflow === undefined) throw notFound('workflow', wanted.verb);
    return { workflow, id: idOf(workflow) };
  }
  const workflow = resource.customWorkflows.find((one) => idOf(one) === wanted.id);
  if (workflow !== undefined) return { workflow, id: wanted.id };
  const system = Object.values(resource.systemWorkflows).find((one) => idOf(one) === wanted.id);
  if (system === undefined) throw notFound('custom workflow', wanted.id);
  throw badRequest(
    'system-workflow',
    `"${wanted.id}" is the platform's ${system.verb}, no custom workflow: use the instance's own operation of that name.`,
    [{ field: 'workflowId', message: 'is not a custom workflow' }],
  );
}
