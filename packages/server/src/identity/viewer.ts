/** Whose things a request may reach. `Caller` of the API is one; what is limited by it says so in SQL. */
import { DomainError, notFound } from '../errors.js';

export interface Viewer {
  /** Of a customer: whose catalogue it is. */
  providerOrgId?: string;
  /** The organization that has or offers what may be seen. */
  orgId: string;
  /** For members of subscriptions: nothing beside these is seen. */
  subscriptions?: readonly string[];
  /** Of these, those in which the viewer's role allows what is asked for. */
  allowed?: readonly string[];
  /** For roles that are given for single products: nothing of other products is seen. */
  products?: readonly string[];
}

/** True if the thing belongs to the viewer as a customer: it is in one of their subscriptions, or in one of their organization's. */
export function isOwn(viewer: Viewer, thing: { orgId: string; subscriptionId: string }): boolean {
  return viewer.subscriptions === undefined ? thing.orgId === viewer.orgId : viewer.subscriptions.includes(thing.subscriptionId);
}

/** True if the viewer's role is for this product, or for all. */
export function reachesProduct({ products }: Viewer, serviceId: string): boolean {
  return products === undefined || products.includes(serviceId);
}

/** @throws DomainError not_found if the viewer's role is for other products */
export function requireProduct(viewer: Viewer, serviceId: string): void {
  if (!reachesProduct(viewer, serviceId)) throw notFound('service', serviceId);
}

/**
 * What the viewer may see, but not change: their role in its subscription does not allow it.
 * @throws DomainError forbidden
 */
export function requireAllowed(viewer: Viewer, what: string, { id, subscriptionId }: { id: string; subscriptionId: string }): void {
  if (viewer.allowed === undefined || viewer.allowed.includes(subscriptionId)) return;
  throw new DomainError(
    'forbidden',
    'role-not-allowed',
    `Your role in subscription ${subscriptionId} does not allow this on ${what} ${id}. Ask a root or admin of the subscription for a higher role.`,
  );
}

/** The provider whose plans the viewer may choose from: their own organization, or whose customer they are. */
export function catalogOf({ orgId, providerOrgId }: Viewer): string {
  return providerOrgId ?? orgId;
}

/** True if the viewer sees what their memberships give, and no more. */
export function isCustomer({ subscriptions }: Viewer): boolean {
  return subscriptions !== undefined;
}
