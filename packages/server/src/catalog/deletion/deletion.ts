/**
 * Deleting from the catalogue: only what no live instance stands on. It is marked as deleted and vanishes from every list; the rows stay,
 * for instances, snapshots, history and audit that name them (docs/retention.md).
 *
 * Where snapshots are to be deleted with it, the delete is a row that goes on: nothing begins on its plans any more, due work removes the
 * snapshots one by one with the plan's own deleteBackup, and when none is left the delete is carried out. Each look is one transaction.
 */
import { type Database, type Transaction, transaction } from '../../database/database.js';
import { invalidState, messageOf } from '../../errors.js';
import { newId } from '../../identity/identifier.js';
import { lockOrganization } from '../../identity/organization-store.js';
import type { Inventory } from '../inventory.js';
import { tellCatalog } from '../tell-plan.js';
import { lockPlans } from '../rows/plan-store.js';
import { type PlanFilter, selectPlans } from '../store.js';
import {
  type CatalogKind,
  type DeletionRow,
  endDeletion,
  insertDeletion,
  lockOpenDeletion,
  markDeletedWithAllBelow,
  selectGoing,
  selectOpenDeletion,
  selectOpenDeletionIds,
  setGoing,
  setLeft,
} from './deletion-store.js';

export interface DeletionDeps {
  db: Database;
  inventory: Inventory;
}

export interface DeletionRequest {
  orgId: string;
  userId: string;
  kind: CatalogKind;
  id: string;
  /** What it is called, and the service that it is of. */
  name: string;
  serviceId: string;
  /** Remove the snapshots of its plans first. */
  deleteSnapshots: boolean;
}

/** A delete that has not ended by then has failed. Hours. */
const MOST_HOURS = 24;

/**
 * Deletes a service, an environment or a plan with everything below it, or begins to. Asked again, it is the same delete.
 * @throws DomainError invalid_state if instances are left, snapshots that are not to be deleted, or another delete goes on below it
 */
export async function deleteFromCatalog(deps: DeletionDeps, request: DeletionRequest): Promise<void> {
  const { inventory } = deps;
  await transaction(deps.db, async (tx) => {
    await lockOrganization(tx, request.orgId);
    if ((await selectOpenDeletion(tx, request.id)) !== undefined) return;
    const planIds = await lockPlansOf(tx, request);
    const [other] = await selectGoing(tx, planIds);
    if (other !== undefined)
      throw invalidState(
        'plan-is-being-deleted',
        `The plan ${other.name} is being deleted (${other.deletionId}). Wait until that has ended.`,
      );
    await refuseInstances(deps, tx, request.kind, planIds);
    const snapshots = await inventory.countSnapshots(tx, planIds);
    const of = { id: newId('del'), orgId: request.orgId, kind: request.kind, targetId: request.id };
    const row = { ...of, name: request.name, serviceId: request.serviceId, snapshots, requestedBy: request.userId };
    if (snapshots === 0) {
      await inventory.endPlans(tx, planIds);
      await insertDeletion(tx, { ...row, status: 'SUCCEEDED' });
      await markDeletedWithAllBelow(tx, request.kind, request.id);
      await tellCatalog(tx, request.id, request);
      return;
    }
    if (!request.deleteSnapshots)
      throw invalidState(
        'plan-has-snapshots',
        `There ${snapshots === 1 ? 'is 1 snapshot' : `are ${snapshots} snapshots`} of instances of this ${request.kind}. Delete them with it (deleteSnapshots; --delete-snapshots of the command); or delete the manual ones first (cellplane snapshot list, cellplane snapshot delete), and wait until automated ones have expired.`,
      );
    await insertDeletion(tx, { ...row, status: 'IN_PROGRESS' });
    await setGoing(tx, planIds, row.id);
    await tellCatalog(tx, request.id, request);
    await inventory.removeSnapshots(tx, planIds, 'begin');
  });
}

/** Looks once at every delete that goes on. One that cannot be looked at does not keep the others. @throws the first error, at the end */
export async function goOnWithDeletions(deps: DeletionDeps): Promise<void> {
  const errors: unknown[] = [];
  for (const id of await selectOpenDeletionIds(deps.db))
    await transaction(deps.db, (tx) => goOn(deps, tx, id)).catch(async (error: unknown) => {
      errors.push(error);
      await endIfLate(deps, id, error).catch((again: unknown) => errors.push(again));
    });
  if (errors.length > 0) throw errors[0];
}

/** A delete that cannot be looked at ends in its time as any other. */
async function endIfLate({ db }: DeletionDeps, id: string, error: unknown): Promise<void> {
  await transaction(db, async (tx) => {
    const deletion = await lockOpenDeletion(tx, id, MOST_HOURS);
    if (deletion?.isLate !== true) return;
    await endDeletion(tx, id, 'FAILED', `after ${MOST_HOURS} hours it could still not be looked at: ${messageOf(error)}`);
  });
}

async function goOn(deps: DeletionDeps, tx: Transaction, id: string): Promise<void> {
  const deletion = await lockOpenDeletion(tx, id, MOST_HOURS);
  if (deletion === undefined) return;
  await lockOrganization(tx, deletion.orgId);
  const planIds = await lockPlansOf(tx, { orgId: deletion.orgId, kind: deletion.kind, id: deletion.targetId });
  const instances = await countInstances(deps, tx, planIds);
  if (instances > 0)
    return endDeletion(tx, id, 'FAILED', `${instances} ${instances === 1 ? 'instance was' : 'instances were'} made meanwhile`);
  const { left, failed } = await deps.inventory.removeSnapshots(tx, planIds, 'go on');
  await setLeft(tx, id, left);
  if (failed !== undefined) {
    const reason = `snapshot ${failed.id} could not be removed: ${failed.message}`;
    return endDeletion(tx, id, 'FAILED', `${reason} (${left} left; removals go on by themselves). Delete again when its cause is gone.`);
  }
  if (left === 0 && (await deps.inventory.isQuiet(tx, planIds))) return finish(deps, tx, deletion, planIds);
  if (deletion.isLate)
    await endDeletion(tx, id, 'FAILED', `${left} snapshots were left after ${MOST_HOURS} hours (removals go on by themselves)`);
}

async function finish({ inventory }: DeletionDeps, tx: Transaction, deletion: DeletionRow, planIds: string[]): Promise<void> {
  const { id, kind, targetId } = deletion;
  await inventory.endPlans(tx, planIds);
  await markDeletedWithAllBelow(tx, kind, targetId);
  await tellCatalog(tx, targetId, deletion);
  await endDeletion(tx, id, 'SUCCEEDED', '');
}

/** Ids of the plans below, locked: creating an instance holds its plan, so it comes before this and is counted, or fails after it. */
async function lockPlansOf(tx: Transaction, { orgId, kind, id }: { orgId: string; kind: CatalogKind; id: string }): Promise<string[]> {
  const filter: Record<CatalogKind, PlanFilter> = { service: { serviceId: id }, environment: { environmentId: id }, plan: { planId: id } };
  const planIds = (await selectPlans(tx, orgId, filter[kind])).map((plan) => plan.id);
  if (planIds.length > 0) await lockPlans(tx, planIds);
  return planIds;
}

async function countInstances({ inventory }: DeletionDeps, tx: Transaction, planIds: string[]): Promise<number> {
  return (await inventory.countInstances(tx, planIds)).reduce((sum, row) => sum + row.count, 0);
}

async function refuseInstances(deps: DeletionDeps, tx: Transaction, kind: CatalogKind, planIds: string[]): Promise<void> {
  const live = await countInstances(deps, tx, planIds);
  if (live === 0) return;
  throw invalidState(
    'instances-left',
    `The ${kind} still has ${live} ${live === 1 ? 'instance' : 'instances'}: delete ${live === 1 ? 'it' : 'them'} first.`,
  );
}
