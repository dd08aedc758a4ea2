/** What a run remembers of its operation. Stored in clear with the run. */
import type { JsonObject } from '@cellplane/plan';
import type { Run } from '../engine/model.js';
import type { RunsWith } from '../engine/run-history.js';
import type { Step } from './operation.js';

export interface RunData {
  operationId: string;
  /** The step of the operation that the run is. */
  step: Step;
  /** The resource that the run acts on: the step's. */
  resourceKey: string;
  planVersion: string;
}

export function runData({ operationId, step, planVersion }: { operationId: string; step: Step; planVersion: string }): JsonObject {
  return { resourceKey: step.resourceKey, planVersion, operationId, step: { ...step } };
}

/** @throws Error if the run is not the step of an operation */
export function readRunData(run: { id: string; data: JsonObject }): RunData {
  const { operationId, step, resourceKey, planVersion } = run.data;
  if (
    typeof operationId !== 'string' ||
    typeof resourceKey !== 'string' ||
    typeof planVersion !== 'string' ||
    typeof step !== 'object' ||
    step === null
  )
    throw new Error(`run ${run.id} is not a step of an operation`);
  return { operationId, step: step as unknown as Step, resourceKey, planVersion };
}

/** Whether the run may be a step of an upgrade: those alone, and removals of what an upgrade has added, name the version that they are of. */
export function mayBeOfUpgrade({ data }: Pick<Run, 'data'>): boolean {
  const { step } = data;
  return typeof step === 'object' && step !== null && 'planVersion' in step;
}

/** The runs of an operation, as the engine finds them. */
export function runsOf({ id, instanceId }: { id: string; instanceId: string }): RunsWith {
  return { subject: instanceId, key: 'operationId', value: id };
}

/** Which custom workflow a run is of, for the wire. */
export function verbOf(run: Pick<Run, 'data'>): { verb?: string } {
  const verb = (run.data['step'] as Step | undefined)?.customVerb;
  return verb === undefined ? {} : { verb };
}
