/** What a run remembers of its operation. Stored in clear with the run. */
import type { JsonObject } from '@cellplane/plan';
import type { Run } from '../engine/model.js';
import type { Step } from './operation.js';

export function runData({ operationId, step, planVersion }: { operationId: string; step: Step; planVersion: string }): JsonObject {
  return { resourceKey: step.resourceKey, planVersion, operationId, step: { ...step } };
}

/** The operation that a run is a step of; undefined for one of an older version of the program. */
export function operationIdOf(run: Pick<Run, 'data'>): string | undefined {
  const id = run.data['operationId'];
  return typeof id === 'string' ? id : undefined;
}

/** Which custom workflow a run is of, for the wire. */
export function verbOf(run: Pick<Run, 'data'>): { verb?: string } {
  const verb = stepOf(run)?.customVerb;
  return verb === undefined ? {} : { verb };
}

/** The step that a run is; undefined for one of an older version of the program. */
export function stepOf(run: Pick<Run, 'data'>): Step | undefined {
  return run.data['step'] as unknown as Step | undefined;
}
