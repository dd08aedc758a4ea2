/** What an operation gives its workflows to see, beside the instance's own values: sealed with its row, opened to render. */
import type { CompiledResource, CompiledWorkflow, ExpressionContext, JsonObject } from '@cellplane/plan';
import { transaction } from '../database/database.js';
import type { Run } from '../engine/model.js';
import { callValues, type ParameterValues } from '../instances/parameters.js';
import type { InstanceRow } from '../instances/store.js';
import type { Sealer } from '../secrets/envelope.js';
import type { OperationInput, Step } from './operation.js';
import type { InstanceDeps } from './run-context.js';
import { readRunData } from './run-data.js';
import type { OperationOfRun } from './subject/subject-store.js';
import { selectOpenOperations } from './store.js';

type Expressions = Omit<ExpressionContext, 'place'>;

const inputContext = (operationId: string): string => `operation/${operationId}/input`;

/** Null: nothing to keep. */
export function sealInput(sealer: Sealer, operationId: string, input: OperationInput | undefined): Buffer | null {
  return input === undefined ? null : sealer.seal(JSON.stringify(input), inputContext(operationId));
}

function openInput(sealer: Sealer, operation: { id: string; sealedInput: Buffer | null }): OperationInput {
  if (operation.sealedInput === null) return {};
  return JSON.parse(sealer.open(operation.sealedInput, inputContext(operation.id)).toString('utf8')) as OperationInput;
}

/**
 * Expressions as a step of the operation sees them. What the platform itself says in `$sys` (namespace, ids, cell) cannot be
 * replaced by an input: it decides where a workflow writes.
 */
function mergeInput(expressions: Expressions, input: OperationInput, ofStep: { sys: JsonObject; secretSys: string[][] }): Expressions {
  return {
    ...expressions,
    sys: { ...input.sys, ...ofStep.sys, ...expressions.sys },
    secretSys: [...(input.secretSys ?? []), ...ofStep.secretSys],
    parameters: { ...expressions.parameters, ...input.parameters },
  };
}

/** What the expressions of a run see: the instance's values, with those of its operation and its step. */
export async function expressionsOfStep(
  deps: InstanceDeps,
  {
    run,
    operation,
    resource,
    instance,
  }: { run: Pick<Run, 'id' | 'data' | 'workflow'>; operation: OperationOfRun; resource: CompiledResource; instance: InstanceRow },
  expressions: Expressions,
): Promise<Expressions> {
  const { step } = readRunData(run);
  const seen = await mergeStep(deps, { operation, step }, expressions);
  // A custom workflow that nobody called, but another operation: the verification of an upgrade.
  if (step.verb !== 'custom' || operation.kind === 'custom' || run.workflow === undefined) return seen;
  return { ...seen, parameters: { ...seen.parameters, ...ownCallValues(run.workflow, resource, instance.cloudProvider) } };
}

/** What expressions see of the operation that runs on the instance; without one, as they are. */
export async function expressionsOfOpen(deps: InstanceDeps, instanceId: string, expressions: Expressions): Promise<Expressions> {
  const operation = (await selectOpenOperations(deps.db, instanceId)).find(({ status }) => status === 'running');
  if (operation === undefined || operation.step === null) return expressions;
  return mergeStep(deps, { operation, step: operation.step }, expressions);
}

async function mergeStep(
  deps: InstanceDeps,
  { operation, step }: { operation: OperationOfRun; step: Step },
  expressions: Expressions,
): Promise<Expressions> {
  const ofStep =
    step.snapshotId === undefined ? { sys: {}, secretSys: [] } : await transaction(deps.db, (tx) => deps.snapshots.inputOfStep(tx, step));
  return mergeInput(expressions, openInput(deps.sealer, operation), ofStep);
}

/**
 * What the workflow sees before the instance's values. A parameter without a value shows the instance's of the same key; where
 * there is none, an optional one is known to be nothing.
 */
export function callInput(
  workflow: CompiledWorkflow,
  resource: CompiledResource,
  values: ParameterValues,
): NonNullable<OperationInput['parameters']> {
  const parameters: NonNullable<OperationInput['parameters']> = {};
  for (const { key, type, required } of workflow.parameters) {
    const part = [values.clear, values.secret].find((one) => Object.hasOwn(one, key));
    if (part !== undefined) parameters[key] = { value: part[key] ?? null, type };
    else if (!required && !resource.parameters.some((parameter) => parameter.key === key)) parameters[key] = { value: null, type };
  }
  return parameters;
}

/** The same for a workflow that an operation calls by itself, with nothing given. A build has made sure that each parameter has a value or needs none. */
export function ownCallValues(
  workflow: CompiledWorkflow,
  resource: CompiledResource,
  cloudProvider: string,
): NonNullable<OperationInput['parameters']> {
  return callInput(workflow, resource, callValues({ parameters: workflow.parameters, given: undefined, cloudProvider }));
}
