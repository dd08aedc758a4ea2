import { cut } from '@cellplane/plan';
import type { OfferedResource } from '../../catalog/catalog.js';
import { holdPlan, planVersion } from '../../catalog/catalog.js';
import { notOfferedOn } from '../../catalog/offered-clouds.js';
import { choosePlace } from '../../cells/place.js';
import { transaction } from '../../database/database.js';
import { badRequest, invalidState, notFound } from '../../errors.js';
import { countOfSubscription } from '../../instances/plan-store.js';
import { defaultSubscription, findSubscription, takePlace } from '../../subscriptions/subscription.js';
import { refuseUnknownZone } from '../../instances/requested-place.js';
import { beginOperation } from '../begin-operation.js';
import { type RequestedBreakpoint, breakpointData } from '../breakpoints.js';
import type { Tag, InstanceCaller } from '../../instances/instance.js';
import { networkTypeFor } from '../../instances/network.js';
import { createValues } from '../../instances/parameters.js';
import type { InstanceDeps } from '../run-context.js';
import { insertNewInstance } from '../new-instance.js';
import { requireServed } from '../served-only.js';
import { refuseForeignParameters } from '../foreign-names.js';

export interface CreateInput {
  offered: OfferedResource;
  /** `1.0`, `latest`, `preferred`; empty = preferred. */
  planVersion: string;
  cloudProvider: string;
  region: string;
  networkType: string;
  /** As it came. */
  parameters: unknown;
  subscriptionId?: string;
  tags: Tag[];
  /** Where the operation is to be held. */
  breakpoints?: RequestedBreakpoint[];
}

/**
 * Accepts a new instance: checks parameters and quota, and writes instance, operation and run in one transaction.
 * @throws DomainError bad_request naming each wrong parameter; not_found; invalid_state (quota, no cell, not offered); a place or network that is not served is a bad_request, too
 */
export async function createInstance(
  deps: InstanceDeps,
  caller: InstanceCaller,
  input: CreateInput,
): Promise<{ id: string; runId: string }> {
  const { place, resourceKey } = input.offered;
  const version = await planVersion(deps.db, place.orgId, place.planId, input.planVersion === '' ? 'preferred' : input.planVersion);
  if (version.status === 'Deprecated')
    throw invalidState(
      'version-deprecated',
      `Version ${version.version} of plan "${cut(place.planName)}" is deprecated: leave the version out, and the instance gets the preferred one.`,
    );
  const declared = version.compiled.resources.find((resource) => resource.key === resourceKey);
  // An internal resource is not offered to anybody; one of another version is not in this one.
  if (declared === undefined || declared.internal) throw notFound('resource', resourceKey);
  requireServed(version.compiled, declared, { anyModel: deps.simulation });
  const data = breakpointData(deps.stageSets, version, resourceKey, input.breakpoints ?? []);
  checkTags(input.tags);
  const chosen = choosePlace(await deps.cells.list(), input, (cloud) => notOfferedOn(version.compiled, place.planName, cloud));
  const { cloudProvider } = chosen.place;
  const networkType = networkTypeFor(version, resourceKey, input.networkType);
  const values = createValues({ plan: version.compiled, resourceKey, given: input.parameters, cloudProvider });
  refuseUnknownZone(values.clear['custom_availability_zone'], chosen.place);
  const created = await transaction(deps.db, async (tx) => {
    await holdPlan(tx, place.planId);
    const subscription =
      input.subscriptionId === undefined || input.subscriptionId === ''
        ? await defaultSubscription(tx, { place, userId: caller.userId })
        : await findSubscription(tx, caller, input.subscriptionId);
    if (subscription.planId !== place.planId) throw notFound('subscription', subscription.id);
    await takePlace(tx, subscription, version.compiled, countOfSubscription);
    const instance = await insertNewInstance(deps.sealer, tx, {
      version,
      resourceKey,
      subscription,
      cell: chosen.cell,
      place: chosen.place,
      networkType,
      values,
      tags: input.tags,
      by: caller.userId,
    });
    await refuseForeignParameters({ ...deps, db: tx }, instance, input.parameters);
    const { runId } = await beginOperation(deps, tx, {
      instance,
      versionOfNew: version,
      cellOfNew: chosen.cell,
      kind: 'create',
      by: caller.userId,
      data,
    });
    return { id: instance.id, runId };
  });
  deps.wake(created.runId);
  return created;
}

/** Tags are the customer's own; only their form is checked. */
export function checkTags(tags: Tag[]): void {
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    const wrong = /\p{Cc}/u.test(key + value)
      ? 'control characters are not allowed'
      : key.trim() === '' || key.length > 128
        ? 'a key needs 1 to 128 characters'
        : value.length > 256
          ? 'a value has at most 256 characters'
          : seen.has(key)
            ? 'a key is given twice'
            : undefined;
    if (wrong !== undefined) throw badRequest('invalid-tags', `Tag "${cut(key)}": ${wrong}.`, [{ field: 'customTags', message: wrong }]);
    seen.add(key);
  }
  if (tags.length > 50)
    throw badRequest('invalid-tags', 'An instance can have at most 50 tags.', [{ field: 'customTags', message: 'more than 50' }]);
}
