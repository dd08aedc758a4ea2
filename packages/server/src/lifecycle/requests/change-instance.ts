/** Operations on an instance that exists. */
import type { CompiledPlan, JsonObject } from '@cellplane/plan';
import { planVersion } from '../../catalog/catalog.js';
import { type Transaction, transaction } from '../../database/database.js';
import { badRequest, invalidState, notFound } from '../../errors.js';
import { beginOperation, type StartedOperation } from '../begin-operation.js';
import { checkTags } from './create-instance.js';
import { findResource, openParameters } from '../../instances/expression-context.js';
import { type RequestedPlace, refuseMove } from '../../instances/requested-place.js';
import type { Tag, InstanceCaller, OperationKind } from '../../instances/instance.js';
import { networkTypeFor } from '../../instances/network.js';
import { isSecretParameter, modifyValues, type ParameterValues, maskedValues } from '../../instances/parameters.js';
import type { InstanceDeps } from '../run-context.js';
import {
  type InstanceRow,
  lockInstance,
  selectVisibleInstance,
  setDeletionProtection,
  updateParameters,
  updateTags,
} from '../../instances/store.js';
import { refuseForeignParameters } from '../foreign-names.js';
import { sealValues } from '../new-instance.js';

export interface ModifyInput {
  parameters: unknown;
  networkType?: string;
  tags?: Tag[];
  place?: RequestedPlace;
  recreateMissing?: boolean;
}

/**
 * Changes parameters (a run applies them) or only tags (at once, without a run).
 * @throws DomainError bad_request naming each wrong parameter; not_found; invalid_state (another operation runs, not offered)
 */
export async function modifyInstance(
  deps: InstanceDeps,
  caller: InstanceCaller,
  input: ModifyInput & { instanceId: string },
): Promise<{ runId?: string }> {
  if (input.tags !== undefined) checkTags(input.tags);
  const changed = await transaction(deps.db, async (tx): Promise<{ runId?: string }> => {
    const instance = await lockVisible(tx, caller, input.instanceId);
    return beginModify(deps, tx, { ...input, instance, by: caller.userId });
  });
  if (changed.runId !== undefined) deps.wake(changed.runId);
  return changed;
}

/** The same in the caller's transaction; the instance must be locked. Nothing, if it only has other tags. */
export async function beginModify(
  deps: InstanceDeps,
  tx: Transaction,
  input: ModifyInput & { instance: InstanceRow; by: string },
): Promise<Partial<StartedOperation>> {
  const { instance } = input;
  refuseMove(instance, input.place ?? {});
  const tags = input.tags ?? instance.tags;
  const version = await planVersion(tx, instance.providerOrgId, instance.planId, instance.planVersion);
  const networkType = networkTypeFor(version, instance.resourceKey, input.networkType, instance.networkType);
  // Some clients send the network type whatever was changed.
  const stays = networkType === instance.networkType;
  if (input.tags !== undefined && isNothing(input.parameters) && stays && input.recreateMissing !== true) {
    await updateTags(tx, instance.id, tags);
    return {};
  }
  const values = modifyValues({
    plan: version.compiled,
    resourceKey: instance.resourceKey,
    given: input.parameters,
    cloudProvider: instance.cloudProvider,
    present: openParameters(deps.sealer, instance),
  });
  await refuseForeignParameters({ ...deps, db: tx }, instance, input.parameters);
  const requested = {
    planVersion: instance.planVersion,
    parameters: values.clear,
    sealedParameters: sealValues(deps.sealer, instance.id, values),
    networkType,
  };
  await updateTags(tx, instance.id, tags);
  const begin = {
    instance,
    kind: 'modify' as const,
    by: input.by,
    data: { ...changeOf(version.compiled, instance, values), ...onPurpose(input) },
  };
  if (instance.everRan) return beginOperation(deps, tx, { ...begin, requested });
  // Nothing has ever succeeded, so there are no good values to keep: what was asked for last counts. A refusal rolls it back.
  await updateParameters(tx, instance.id, requested);
  return beginOperation(deps, tx, begin);
}

/** Starts, stops or restarts. @throws DomainError not_found; invalid_state (another operation runs, wrong status, not offered) */
export async function runVerb(
  deps: InstanceDeps,
  caller: InstanceCaller,
  input: { instanceId: string; kind: Extract<OperationKind, 'start' | 'stop' | 'restart'>; recreateMissing?: boolean },
): Promise<{ runId: string }> {
  const started = await transaction(deps.db, async (tx) => {
    const instance = await lockVisible(tx, caller, input.instanceId);
    return beginOperation(deps, tx, { instance, kind: input.kind, by: caller.userId, data: onPurpose(input) });
  });
  deps.wake(started.runId);
  return started;
}

/**
 * Sets or clears deletion protection and replaces tags: at once, without a run, whatever else goes on.
 * @throws DomainError bad_request; not_found; invalid_state if it is to be protected while it is being deleted
 */
export async function updateMetadata(
  deps: InstanceDeps,
  caller: InstanceCaller,
  input: { instanceId: string; deletionProtection?: boolean; tags?: Tag[] },
): Promise<void> {
  const { deletionProtection, tags } = input;
  if (deletionProtection === undefined && tags === undefined)
    throw badRequest('nothing-to-change', 'Nothing to change: give deletionProtection or customTags.', [
      { field: 'deletionProtection', message: 'is missing' },
    ]);
  if (tags !== undefined) checkTags(tags);
  await transaction(deps.db, async (tx) => {
    const instance = await lockVisible(tx, caller, input.instanceId);
    if (deletionProtection === true && instance.status === 'DELETING')
      throw invalidState('being-deleted', `${instance.id} is being deleted: it is too late to protect it.`);
    if (deletionProtection !== undefined) await setDeletionProtection(tx, instance.id, deletionProtection);
    if (tags !== undefined) await updateTags(tx, instance.id, tags);
  });
}

/** A live instance that the caller may see, locked. @throws DomainError not_found */
export async function lockVisible(tx: Transaction, caller: InstanceCaller, instanceId: string): Promise<InstanceRow> {
  const visible = await selectVisibleInstance(tx, caller, instanceId);
  const instance = visible === undefined ? undefined : await lockInstance(tx, instanceId);
  if (instance === undefined || instance.deletedAt !== null) throw notFound('instance', instanceId);
  return instance;
}

/** That what is gone from the cell is made anew, empty, was asked for: kept with the operation. */
function onPurpose({ recreateMissing }: { recreateMissing?: boolean }): JsonObject {
  return recreateMissing === true ? { recreateMissing: true } : {};
}

/** What a change asks for, for people: only what differs, secrets masked. */
function changeOf(plan: CompiledPlan, instance: InstanceRow, values: ParameterValues): JsonObject {
  const declared = findResource(plan, instance.resourceKey).parameters;
  const clear = Object.entries(values.clear).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(instance.parameters[key]));
  const secret = Object.entries(values.secret).filter(([key]) => declared.some((one) => one.key === key && isSecretParameter(one)));
  return { requestParams: maskedValues({ clear: Object.fromEntries(clear), secret: Object.fromEntries(secret) }) };
}

function isNothing(parameters: unknown): boolean {
  return parameters === null || parameters === undefined || (typeof parameters === 'object' && Object.keys(parameters).length === 0);
}
