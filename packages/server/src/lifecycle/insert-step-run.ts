/** The run of one step of an operation. */
import type { CompiledPlan, CompiledWorkflow } from '@cellplane/plan';
import { type PlanVersion, planVersion } from '../catalog/catalog.js';
import { instanceUser } from '../cells/access.js';
import type { Transaction } from '../database/database.js';
import { insertRun } from '../engine/insert-run.js';
import { newLowerCaseId } from '../identity/identifier.js';
import { instanceLabels } from '../cells/instance-labels.js';
import type { NewEvent } from '../events/event.js';
import { FIELD_MANAGER, OPERATIONS } from '../instances/instance.js';
import type { Step } from './operation.js';
import type { InstanceDeps } from './run-context.js';
import { runData } from './run-data.js';
import type { StageNames, StageSets } from './stage-set.js';
import { withDependencies, workflowOf } from './steps.js';
import type { InstanceRow } from '../instances/store.js';

/** Seconds that a workflow has if it says nothing else (docs/reference/plan-language.md#time-limits). */
export const WORKFLOW_SECONDS = 3_600;
/** Seconds for the platform's own stages, operator charts included; the workflow's own time begins after them. */
export const STAGE_SECONDS = 900;

/** Verbs whose workflow makes the objects of an instance that has never run. */
const MAKING = new Set(['create', 'restore']);

export interface StepInput {
  instance: InstanceRow;
  operationId: string;
  step: Step;
  nextSteps: Step[];
  /** The one that the step is of; read if it is not given. */
  version?: PlanVersion;
}

/** Inserts it and answers its id. A delete without a workflow, or of what was never placed, has only stages. */
export async function insertStepRun(deps: InstanceDeps, tx: Transaction, input: StepInput): Promise<string> {
  const { instance, operationId, step } = input;
  const stepVersion = step.planVersion ?? instance.planVersion;
  const { compiled } =
    input.version?.version === stepVersion ? input.version : await planVersion(tx, instance.providerOrgId, instance.planId, stepVersion);
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
      ...(MAKING.has(step.verb) && !instance.everRan ? { objectsAreNew: true as const } : {}),
      ...(workflow === undefined ? {} : { workflow }),
      values: {},
      ...stagesOf(deps.stageSets, compiled, input, workflow),
      deadlineSeconds: STAGE_SECONDS + (workflow?.activeDeadlineSeconds ?? WORKFLOW_SECONDS),
      data: runData({ operationId, step, planVersion: stepVersion }),
    },
  );
  return id;
}

/** Stages of the step's resource, by the kind that it has in the plan. */
function stagesOf(
  sets: StageSets,
  plan: CompiledPlan,
  { instance, step, nextSteps }: StepInput,
  workflow: CompiledWorkflow | undefined,
): StageNames {
  return sets.of(plan.resources.find(({ key }) => key === step.resourceKey)?.kind).of({
    verb: step.verb,
    hasWorkflow: workflow !== undefined,
    isDeleted: instance.deletedAt !== null,
    leavesObjects:
      step.dropped !== true &&
      withDependencies(plan, instance.resourceKey).some(
        ({ systemWorkflows }) => systemWorkflows.create !== undefined && systemWorkflows.delete === undefined,
      ),
    isLastDelete: step.dropped !== true && !nextSteps.some((next) => next.verb === 'delete'),
  });
}

/** A run has begun that carries out this step. */
export function stepStarted(subject: string, { operationId, runId, step }: { operationId: string; runId: string; step: Step }): NewEvent {
  const verb = step.verb === 'custom' ? (step.customVerb ?? step.verb) : step.verb;
  return { kind: 'step-started', subject, payload: { operationId, runId, verb, resourceKey: step.resourceKey } };
}
