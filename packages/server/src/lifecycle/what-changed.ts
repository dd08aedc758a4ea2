/**
 * What an operation that did not succeed has changed, as far as it is known. One that changed nothing leaves the status as it was;
 * a delete that has begun to take something away leaves only deletes.
 */
import { selectHowFar } from '../engine/run-history.js';
import { touchedObjects } from '../engine/touched-objects.js';
import type { Transaction } from '../database/database.js';
import type { InstanceStatus, OperationKind } from '../instances/instance.js';
import type { OperationRow } from './operation.js';
import { runsOf } from './run-data.js';

/** Objects (`Kind/name`) that earlier steps and attempts of the operation may have changed. */
export function touchedBefore({ data }: Pick<OperationRow, 'data'>): string[] {
  const touched = data['touched'];
  return Array.isArray(touched) ? touched.filter((one) => typeof one === 'string') : [];
}

/** The same, with what the run that ends now may have changed. */
export async function touchedSoFar(tx: Transaction, operation: OperationRow, runId: string): Promise<string[]> {
  return [...new Set([...touchedBefore(operation), ...(await touchedObjects(tx, runId))])];
}

/** Operations after which an instance is as it was before, where nothing was changed. A create, modify or restore asks for a state that is not there. */
const LEAVES_STATUS: readonly OperationKind[] = ['start', 'stop', 'restart', 'addCapacity', 'removeCapacity', 'failover'];

/** Status and reason to go back to after an operation that failed and changed nothing; undefined: it has to say that it failed. */
export function restOfUnchanged(operation: OperationRow, touched: string[]): { status: InstanceStatus; statusMessage: string } | undefined {
  const before = operation.data['before'] as { status?: InstanceStatus; statusMessage?: string } | undefined;
  if (touched.length > 0 || !LEAVES_STATUS.includes(operation.kind) || before?.status === undefined) return undefined;
  return { status: before.status, statusMessage: before.statusMessage ?? '' };
}

/**
 * Whether a delete's own steps may have taken something down: a run of one has changed something, come to its end, or to the stages that
 * remove what is left.
 */
export async function hasTakenDown(tx: Transaction, operation: OperationRow): Promise<boolean> {
  const rows = await selectHowFar(tx, 'delete', runsOf(operation));
  for (const { id, done } of rows) if (done || (await touchedObjects(tx, id)).length > 0) return true;
  return false;
}

/** What is known of an operation whose values do not count, as a sentence. */
export function valuesSentence(touched: string[]): string {
  const changed = touched.length === 0 ? 'Nothing was changed. ' : '';
  return `${changed}The values from before count; retry the workflow to go on with the new ones.`;
}

const NAMED = 5;
const HALF_WAY = 'values: ';

/** The instance's warnings after a change of its values: of one that failed half way it is said, until one succeeds, what may be in place. */
export function warningsOfChange(warnings: string[], change: { kind: OperationKind; failed: boolean; touched: string[] }): string[] {
  const { kind, failed, touched } = change;
  const others = warnings.filter((warning) => !warning.startsWith(HALF_WAY));
  if (!failed) return others;
  if (touched.length === 0) return warnings;
  const named = touched.slice(0, NAMED).join(', ') + (touched.length > NAMED ? ` and ${touched.length - NAMED} more` : '');
  return [...others, `${HALF_WAY}some of a ${kind} that failed may be in place (${named}), until another one succeeds`];
}
