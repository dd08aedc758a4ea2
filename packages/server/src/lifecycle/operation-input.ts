/** What an operation gives its workflows to see, beside the instance's own values: sealed with its row, opened to render. */
import type { ExpressionContext, JsonObject } from '@cellplane/plan';
import { transaction } from '../database/database.js';
import type { Run } from '../engine/model.js';
import type { Sealer } from '../secrets/envelope.js';
import type { OperationInput, Step, OperationRow } from './operation.js';
import type { InstanceDeps } from './run-context.js';
import { readRunData } from './run-data.js';
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
  { run, operation }: { run: Run; operation: OperationRow },
  expressions: Expressions,
): Promise<Expressions> {
  return mergeStep(deps, { operation, step: readRunData(run).step }, expressions);
}

/** What expressions see of the operation that runs on the instance; without one, as they are. */
export async function expressionsOfOpen(deps: InstanceDeps, instanceId: string, expressions: Expressions): Promise<Expressions> {
  const operation = (await selectOpenOperations(deps.db, instanceId)).find(({ status }) => status === 'running');
  if (operation === undefined || operation.step === null) return expressions;
  return mergeStep(deps, { operation, step: operation.step }, expressions);
}

async function mergeStep(
  deps: InstanceDeps,
  { operation, step }: { operation: OperationRow; step: Step },
  expressions: Expressions,
): Promise<Expressions> {
  const ofStep =
    step.snapshotId === undefined ? { sys: {}, secretSys: [] } : await transaction(deps.db, (tx) => deps.snapshots.inputOfStep(tx, step));
  return mergeInput(expressions, openInput(deps.sealer, operation), ofStep);
}
