/** Instances as paths name them: below a service and environment, or below the seven segments of an offering. */
import {
  type OfferedResource,
  type OfferingPath,
  type PlanVersion,
  planVersion,
  resolveOfferingPath,
  resourceIdsOf,
} from '../catalog/catalog.js';
import type { Database } from '../database/database.js';
import { DomainError, notFound } from '../errors.js';
import { isOwn, type Viewer } from '../identity/viewer.js';
import { selectOwnSubscriptions } from '../subscriptions/store.js';
import { type InstanceRow, selectVisibleInstance } from './store.js';

/** A live instance that the caller may see, in this service and environment. @throws DomainError not_found */
export async function instanceAt(
  db: Database,
  caller: Viewer,
  place: { serviceId: string; environmentId: string; instanceId: string },
): Promise<InstanceRow> {
  const instance = await selectVisibleInstance(db, caller, place.instanceId);
  if (instance?.serviceId === place.serviceId && instance.environmentId === place.environmentId) return instance;
  throw notFound('instance', place.instanceId);
}

/**
 * A live instance that the caller may see, of the plan that the path names. The resource's segment is not read: the instance
 * says which one it is, and clients are known to send anything there (docs/reference/api.md#quirks-of-clients). @throws DomainError not_found
 */
export async function instanceOffered(db: Database, caller: Viewer, path: OfferingPath & { id: string }): Promise<InstanceRow> {
  const instance = await selectVisibleInstance(db, caller, path.id);
  if (instance === undefined) throw notFound('instance', path.id);
  const { place } = await resolveOfferingPath(db, { orgId: instance.providerOrgId }, { ...path, resourceKey: instance.resourceId });
  if (place.planId !== instance.planId) throw notFound('instance', path.id);
  return instance;
}

/** The same, of the caller's own organization: those of its customers are the fleet API's. @throws DomainError not_found */
export async function ownInstance(db: Database, caller: Viewer, path: OfferingPath & { id: string }): Promise<InstanceRow> {
  const instance = await instanceOffered(db, caller, path);
  if (!isOwn(caller, instance)) throw notFound('instance', path.id);
  return instance;
}

/**
 * What the seven segments name, as far as the caller's organization has a subscription of the plan, or offers it itself (then
 * there may be none yet). @throws DomainError not_found
 */
export async function resourceSubscribed(
  db: Database,
  caller: Viewer,
  path: OfferingPath,
  subscriptionId: string | undefined,
): Promise<{ offered: OfferedResource; subscriptionId?: string }> {
  const own = (await selectOwnSubscriptions(db, caller, { id: subscriptionId })).toSorted(
    (a, b) => Number(b.status === 'ACTIVE') - Number(a.status === 'ACTIVE'),
  );
  if (subscriptionId !== undefined && own.length === 0) throw notFound('subscription', subscriptionId);
  let missing: unknown;
  for (const orgId of new Set([...own.map((one) => one.providerOrgId), caller.orgId])) {
    try {
      const offered = await resolveOfferingPath(db, { orgId }, path);
      const subscription = own.find((one) => one.planId === offered.place.planId);
      if (subscription !== undefined) return { offered, subscriptionId: subscription.id };
      if (subscriptionId === undefined && orgId === caller.orgId) return { offered };
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'not_found') throw error;
      missing = error;
    }
  }
  throw missing ?? notFound('subscription', subscriptionId ?? `of ${path.productTierKey}`);
}

/**
 * The version that a form for a resource is made from: for an instance of the caller's own its version, for a new one ("none")
 * the preferred one of a plan that the caller's organization has a subscription of, or offers itself.
 * @throws DomainError not_found
 */
export async function subscribedVersion(
  db: Database,
  caller: Viewer,
  of: { serviceId: string; resourceId: string; instanceId: string; planId: string | undefined; version: string | undefined },
): Promise<PlanVersion> {
  if (of.instanceId !== 'none') {
    const instance = await selectVisibleInstance(db, caller, of.instanceId);
    if (instance === undefined || !isOwn(caller, instance) || instance.serviceId !== of.serviceId)
      throw notFound('instance', of.instanceId);
    return planVersion(db, instance.providerOrgId, instance.planId, of.version ?? instance.planVersion);
  }
  const own = await selectOwnSubscriptions(db, caller, { planId: of.planId });
  const plans = new Map(own.map((one) => [one.planId, one.providerOrgId]));
  if (of.planId !== undefined && !plans.has(of.planId)) plans.set(of.planId, caller.orgId);
  for (const [planId, providerOrgId] of plans) {
    if (!Object.values(await resourceIdsOf(db, planId)).includes(of.resourceId)) continue;
    const found = await planVersion(db, providerOrgId, planId, of.version ?? 'preferred');
    if (found.place.serviceId === of.serviceId) return found;
  }
  throw notFound('resource', of.resourceId);
}
