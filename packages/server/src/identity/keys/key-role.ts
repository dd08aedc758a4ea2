/** What the role of an API key leaves of the roles of its maker. */
import {
  type ApiKeyRole,
  PROVIDER_ROLE_PERMISSIONS,
  PROVIDER_ROLES,
  type ProviderRole,
  SUBSCRIPTION_ROLES,
  type SubscriptionRole,
} from '@cellplane/api';
import type { Principal } from '../authorize.js';

/** The role that allows what both allow, and nothing else. */
export function lowerRole(one: ProviderRole, other: ProviderRole): ProviderRole {
  const [within, around] = [isWithin(one, other), isWithin(other, one)];
  if (within && around) return PROVIDER_ROLES.indexOf(one) > PROVIDER_ROLES.indexOf(other) ? one : other;
  if (within) return one;
  if (around) return other;
  // A reader of everything, and one who works on products: both read products.
  return 'service_reader';
}

/** True if a role allows nothing that the other does not. */
export function isWithin(role: ProviderRole, other: ProviderRole): boolean {
  return PROVIDER_ROLE_PERMISSIONS[role].every((permission) => PROVIDER_ROLE_PERMISSIONS[other].includes(permission));
}

type Roles = Pick<Principal, 'roleType' | 'memberships' | 'grants'>;

/** The roles of a session that was begun with a key: wherever its maker's role is (by now) the lower one, that one. */
export function cappedBy(keyRole: ApiKeyRole, { roleType, memberships, grants }: Roles): Roles {
  const capped = lowerRole(roleType, keyRole);
  return {
    roleType: capped,
    memberships: memberships.map((one) => ({ ...one, role: lowerMembership(one.role, keyRole) })),
    // By the maker's role, too: the grants of a key for products are the key's own, whatever its maker has become.
    grants: grants.map((one) => ({ ...one, role: lowerRole(one.role, capped) })),
  };
}

/** Customers' keys have no roles for products; one that has would only read. */
function lowerMembership(role: SubscriptionRole, keyRole: ApiKeyRole): SubscriptionRole {
  const rank = (one: string) => (SUBSCRIPTION_ROLES as readonly string[]).indexOf(one);
  if (rank(keyRole) < 0) return 'reader';
  return rank(role) > rank(keyRole) ? role : (keyRole as SubscriptionRole);
}
