/** Instances as paths name them: below a service and environment, or below the seven segments of an offering. */
import { cut } from '@cellplane/plan';
import {
  type OfferedResource,
  type OfferingPath,
  type PlanPlace,
  planPlace,
  type PlanVersion,
  planVersion,
  resolveOfferingPath,
} from '../catalog/catalog.js';
import { selectResource } from '../catalog/store.js';
import type { Database } from '../database/database.js';
import { badRequest, notFound } from '../errors.js';
import { catalogOf, isCustomer, isOwn, reachesProduct, type Viewer } from '../identity/viewer.js';
import { selectOwnSubscriptions, type Subscription } from '../subscriptions/store.js';
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
 * What the seven segments name, as far as the caller has it or is offered it: a customer plans that are public, and those of their
 * subscriptions; one of the provider's people what their organization offers. `subscriptionId`: the caller's of this plan, if they name it.
 * @throws DomainError not_found
 */
export async function resourceSubscribed(
  db: Database,
  caller: Viewer,
  path: OfferingPath,
  subscriptionId: string | undefined,
): Promise<{ offered: OfferedResource; own: Subscription[] }> {
  const offered = await resolveOfferingPath(db, { orgId: catalogOf(caller) }, path);
  const { planId } = offered.place;
  const own = await selectOwnSubscriptions(db, caller, { id: subscriptionId, planId });
  if (subscriptionId !== undefined && own.length === 0) throw notFound('subscription', subscriptionId);
  if (own.length === 0 && !isOpenTo(caller, offered.place)) throw notFound('service offering', Object.values(path).slice(0, 6).join('/'));
  return { offered, own };
}

/**
 * The subscription of a plan that a new instance goes into. Undefined: the provider's own. Where a customer names none, it is one of their own
 * organization: anybody may make anybody a member of theirs, and would get the instances of whoever does not look.
 * @throws DomainError bad_request naming the field if a customer has to choose, or has none
 */
export function subscriptionForCreate(
  caller: Viewer,
  { own, planName }: { own: Subscription[]; planName: string },
  asked: string | undefined,
): string | undefined {
  if (asked !== undefined || !isCustomer(caller)) return asked;
  const usable = own.filter(({ id, status }) => status === 'ACTIVE' && (caller.allowed ?? [id]).includes(id));
  const [only, ...more] = usable.filter(({ orgId }) => orgId === caller.orgId);
  if (only !== undefined && more.length === 0) return only.id;
  const names = usable.map(({ id }) => id).join(', ');
  const why =
    only !== undefined
      ? `you have several subscriptions of plan "${cut(planName)}" (${names}). Name one`
      : usable.length > 0
        ? `your organization has no ACTIVE subscription of plan "${cut(planName)}". Name that of another organization of which you are a member (${names}), or subscribe first`
        : `you have no ACTIVE subscription of plan "${cut(planName)}" in which you may create instances. Subscribe to it first`;
  throw badRequest('subscription-needed', `Invalid request: subscriptionId is missing, and ${why}.`, [
    { field: 'subscriptionId', message: only === undefined ? 'is missing, and there is none' : 'is missing, and there are several' },
  ]);
}

/**
 * The version that a form for a resource is made from: for an instance of the caller's own its version, for a new one ("none")
 * the preferred one of a plan that the caller has or is offered.
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
  const orgId = catalogOf(caller);
  const { planId } = await selectResource(db, orgId, of.serviceId, of.resourceId);
  if (of.planId !== undefined && of.planId !== planId) throw notFound('resource', of.resourceId);
  const place = await planPlace(db, orgId, planId);
  if (!isOpenTo(caller, place) && (await selectOwnSubscriptions(db, caller, { planId })).length === 0)
    throw notFound('resource', of.resourceId);
  return planVersion(db, orgId, planId, of.version ?? 'preferred');
}

/** True for what needs no subscription to be looked at: what is public, and what the viewer's own organization offers. */
function isOpenTo(viewer: Viewer, place: PlanPlace): boolean {
  return !isCustomer(viewer) ? reachesProduct(viewer, place.serviceId) : place.environmentVisibility === 'PUBLIC';
}
