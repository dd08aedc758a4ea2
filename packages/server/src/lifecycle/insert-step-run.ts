/** The run of one step of an operation. */
import type { CompiledPlan, CompiledWorkflow } from '@cellplane/plan';
import { type PlanVersion, planVersion } from '../catalog/catalog.js';
import { instanceUser } from '../cells/access.js';
import type { Transaction } from '../database/database.js';
import { insertRun } from '../engine/insert-run.js';
import { newLowerCaseId } from '../identity/identifier.js';
import { FIELD_MANAGER, instanceLabels, OPERATIONS } from '../instances/instance.js';
import type { Step } from './operation.js';
import type { InstanceDeps } from './run-context.js';
import { runData } from './run-data.js';
import { STAGES } from './stage-names.js';
import { withDependencies, workflowOf } from './steps.js';
import type { InstanceRow } from '../instances/store.js';

/** Seconds that a workflow has if it says nothing else (docs/reference/plan-language.md#time-limits). */
export const WORKFLOW_SECONDS = 3_600;
/** Seconds for the platform's own stages, operator charts included; the workflow's own time begins after them. */
export const STAGE_SECONDS = 900;

export interface StepInput {
  instance: InstanceRow;
  operationId: string;
  step: Step;
  nextSteps: Step[];
  /** Read if it is not given. */
  version?: PlanVersion;
}

/** Inserts it and answers its id. A delete without a workflow, or of what was never placed, has only stages. */
export async function insertStepRun(deps: InstanceDeps, tx: Transaction, input: StepInput): Promise<string> {
  const { instance, operationId, step } = input;
  const { compiled } = input.version ?? (await planVersion(tx, instance.providerOrgId, instance.planId, instance.planVersion));
  const bare = step.verb === 'delete' && (step.bare === true || !instance.placed || instance.deletedAt !== null);
  const workflow = bare ? undefined : workflowOf(compiled, step);
  const id = `submit-${OPERATIONS[step.verb].word}-${instance.id}-${newLowerCaseId('', 8).slice(1)}`;
  await insertRun(
    { tx, sealer: deps.sealer },
    {
      id,
      kind: step.verb,
      subject: instance.id,
      orgId: instance.providerOrgId,
      cellId: instance.cellId,
      namespace: instance.namespace,
      impersonate: instanceUser(instance.namespace),
      fieldManager: FIELD_MANAGER,
      labels: instanceLabels(instance),
      ...(workflow === undefined ? {} : { workflow }),
      values: {},
      ...stagesOf(compiled, input, workflow),
      deadlineSeconds: STAGE_SECONDS + (workflow?.activeDeadlineSeconds ?? WORKFLOW_SECONDS),
      data: runData({ operationId, step, planVersion: instance.planVersion }),
    },
  );
  return id;
}

function stagesOf(
  plan: CompiledPlan,
  { instance, step, nextSteps }: StepInput,
  workflow: CompiledWorkflow | undefined,
): { before: string[]; after: string[] } {
  switch (step.verb) {
    case 'create':
    case 'modify':
    case 'restore':
      return { before: [STAGES.charts, STAGES.access, STAGES.values], after: [STAGES.publish] };
    case 'delete': {
      // Of a deleted instance: what one run had made again.
      if (instance.deletedAt !== null) return { before: [], after: [STAGES.removeNamespace] };
      // Some resource has no delete workflow: its objects are deleted by their label.
      const leavesObjects = withDependencies(plan, instance.resourceKey).some(
        ({ systemWorkflows }) => systemWorkflows.create !== undefined && systemWorkflows.delete === undefined,
      );
      const cleanUp = [...(leavesObjects || workflow === undefined ? [STAGES.removeObjects] : []), STAGES.removeNamespace];
      const isLast = !nextSteps.some((next) => next.verb === 'delete');
      return { before: workflow === undefined ? [] : [STAGES.deleteAccess, STAGES.values], after: isLast ? cleanUp : [] };
    }
    // Outputs of other workflows belong to their run (docs/reference/plan-language.md#outputs).
    default:
      return { before: [STAGES.access, STAGES.values], after: [] };
  }
}
