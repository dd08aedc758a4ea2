/** Instances as paths name them: below a service and environment, or below the seven segments of an offering. */
import { type OfferingPath, resolveOfferingPath } from '../catalog/catalog.js';
import type { Database } from '../database/database.js';
import { notFound } from '../errors.js';
import { type InstanceRow, selectVisibleInstance } from './store.js';

/** A live instance that the caller may see, in this service and environment. @throws DomainError not_found */
export async function instanceAt(
  db: Database,
  caller: { orgId: string },
  place: { serviceId: string; environmentId: string; instanceId: string },
): Promise<InstanceRow> {
  const instance = await selectVisibleInstance(db, caller.orgId, place.instanceId);
  if (instance?.serviceId === place.serviceId && instance.environmentId === place.environmentId) return instance;
  throw notFound('instance', place.instanceId);
}

/**
 * A live instance that the caller may see, of the plan that the path names. The resource's segment is not read: the instance
 * says which one it is, and clients are known to send anything there (customer-api.md, note 3). @throws DomainError not_found
 */
export async function instanceOffered(db: Database, caller: { orgId: string }, path: OfferingPath & { id: string }): Promise<InstanceRow> {
  const instance = await selectVisibleInstance(db, caller.orgId, path.id);
  if (instance === undefined) throw notFound('instance', path.id);
  const { place } = await resolveOfferingPath(db, { orgId: instance.providerOrgId }, { ...path, resourceKey: instance.resourceId });
  if (place.planId !== instance.planId) throw notFound('instance', path.id);
  return instance;
}
