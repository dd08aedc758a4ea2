/**
 * Whether a caller may use an operation: the one place that asks. The operation's row says its audience and permission
 * (`packages/api/src/access.ts`), the caller's role says what is allowed; what a caller reaches is narrowed for the handler.
 */
import {
  type Access,
  type Caller,
  type CustomerPermission,
  PRODUCT_ROLES,
  PROVIDER_PERMISSION_OF,
  PROVIDER_ROLE_PERMISSIONS,
  type ProviderPermission,
  type ProviderRole,
  SUBSCRIPTION_ROLE_PERMISSIONS,
  type SubscriptionRole,
} from '@cellplane/api';
import { DomainError, notFound } from '../errors.js';

/** A signed-in person with everything that their roles say. */
export interface Principal {
  userId: string;
  email: string;
  orgId: string;
  roleType: ProviderRole;
  sessionId?: string;
  /** The API key that the session was begun with: all roles here are at most the key's. */
  apiKeyId?: string;
  /** Of a customer: its provider. Null: the organization is a provider itself. */
  providerOrgId: string | null;
  /** Of a customer: the subscriptions that the user is a member of. */
  memberships: readonly { subscriptionId: string; role: SubscriptionRole }[];
  /** Their organization requires a second factor, and they have none: they may add one, and nothing else. */
  mustEnrol?: boolean;
  /** Of a provider's user whose role is given for single products: these. */
  grants: readonly { serviceId: string; role: ProviderRole }[];
}

/**
 * The caller as the handler sees them. `params`: the request's path parameters.
 * @throws DomainError forbidden where the role does not allow the operation, not_found for a product that the role is not given for
 */
export function authorize(access: Access, who: Principal, params: Readonly<Record<string, string>>): Caller {
  const { userId, email, orgId, roleType, sessionId, apiKeyId } = who;
  const caller = {
    userId,
    email,
    orgId,
    roleType,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(apiKeyId === undefined ? {} : { apiKeyId }),
  };
  if (access.audience === 'public') return caller;
  if (who.mustEnrol === true && !(access.audience === 'user' && access.enrolling === true))
    throw new DomainError(
      'forbidden',
      'second-factor-required',
      'Your organization requires a second factor, and you have none: add one with "cellplane factor add". Until then you can do nothing else.',
    );
  if (access.audience === 'user') return caller;
  const { providerOrgId } = who;
  if (providerOrgId !== null) {
    if (access.audience === 'provider')
      throw new DomainError(
        'forbidden',
        'provider-only',
        'This operation is for the people of the provider. Use the operations for customers.',
      );
    // What anybody of a customer may do is more than reading, and so more than an API key that reads.
    if (access.permission === 'catalog:subscribe' && apiKeyId !== undefined && roleType === 'reader')
      throw refused(roleType, access.permission);
    return { ...caller, providerOrgId, ...asMember(who, access.permission) };
  }
  const [permission, product] =
    access.audience === 'provider' ? [access.permission, access.product] : [PROVIDER_PERMISSION_OF[access.permission], 'lists' as const];
  if (!isProductRole(roleType)) {
    if (!PROVIDER_ROLE_PERMISSIONS[roleType].includes(permission)) throw refused(roleType, permission);
    return caller;
  }
  const products = who.grants.filter(({ role }) => PROVIDER_ROLE_PERMISSIONS[role].includes(permission)).map(({ serviceId }) => serviceId);
  if (product === 'organization' || products.length === 0) throw refused(roleType, permission);
  if (product !== 'lists') {
    const serviceId = params[product.param] ?? '';
    if (!who.grants.some((grant) => grant.serviceId === serviceId)) throw notFound('service', serviceId);
    if (!products.includes(serviceId)) throw refused(roleType, permission);
  }
  return { ...caller, products };
}

/** What a customer reaches. The catalogue is for everybody who is signed in; without a subscription there is nothing else. */
function asMember({ memberships }: Principal, permission: CustomerPermission): Pick<Caller, 'subscriptions' | 'allowed'> {
  const subscriptions = memberships.map(({ subscriptionId }) => subscriptionId);
  const allowed = memberships.filter(({ role }) => SUBSCRIPTION_ROLE_PERMISSIONS[role].includes(permission));
  if (allowed.length === memberships.length) return { subscriptions };
  if (allowed.length === 0) throw refused(memberships[0]?.role ?? 'reader', permission);
  return { subscriptions, allowed: allowed.map(({ subscriptionId }) => subscriptionId) };
}

function isProductRole(role: ProviderRole): boolean {
  return (PRODUCT_ROLES as readonly string[]).includes(role);
}

function refused(role: string, permission: ProviderPermission | CustomerPermission): DomainError {
  return new DomainError(
    'forbidden',
    'role-not-allowed',
    `Your role ${role} does not allow ${permission}. Ask a root or admin for a role that does.`,
  );
}
