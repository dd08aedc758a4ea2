/** What a role allows, without asking the server: its answer before the request. The server's own is `identity/authorize.ts`; a test holds both together. */
import {
  type Access,
  type CustomerPermission,
  PRODUCT_ROLES,
  PROVIDER_PERMISSION_OF,
  PROVIDER_ROLE_PERMISSIONS,
  PROVIDER_ROLES,
  type ProviderPermission,
  type ProviderRole,
  SUBSCRIPTION_ROLE_PERMISSIONS,
  SUBSCRIPTION_ROLES,
  type SubscriptionRole,
} from './access.js';

/** Somebody who is signed in, as far as roles go. */
export type RoleHolder =
  | { kind: 'provider'; role: ProviderRole }
  | { kind: 'customer'; memberships: readonly { subscriptionId: string; role: SubscriptionRole }[] };

export type Refusal =
  /** The operation is for the people of the provider. */
  | { because: 'provider-only' }
  /** The role does not allow it; `roles` do, the least one last. */
  | { because: 'role'; role: string; permission: ProviderPermission | CustomerPermission; roles: readonly string[] }
  /** The role is given for single products, and this is about the whole organization. */
  | { because: 'products-only'; role: string }
  /** The customer is no member of that subscription. */
  | { because: 'no-member' };

/**
 * Why somebody may not use an operation; undefined: they may. `subscriptionId`: what it is about, for customers; without it the question is
 * whether they may anywhere.
 */
export function refusalOf(access: Access, who: RoleHolder, subscriptionId?: string): Refusal | undefined {
  if (access.audience === 'public' || access.audience === 'user') return undefined;
  if (who.kind === 'customer')
    return access.audience === 'provider'
      ? { because: 'provider-only' }
      : memberRefusal(access.permission, who.memberships, subscriptionId);
  const permission = access.audience === 'provider' ? access.permission : PROVIDER_PERMISSION_OF[access.permission];
  const isOfProducts = (PRODUCT_ROLES as readonly string[]).includes(who.role);
  const isWhole = access.audience === 'provider' && access.product === 'organization';
  if (!PROVIDER_ROLE_PERMISSIONS[who.role].includes(permission)) {
    const roles = PROVIDER_ROLES.filter(
      (role) => PROVIDER_ROLE_PERMISSIONS[role].includes(permission) && !(isWhole && (PRODUCT_ROLES as readonly string[]).includes(role)),
    );
    return { because: 'role', role: who.role, permission, roles };
  }
  return isOfProducts && isWhole ? { because: 'products-only', role: who.role } : undefined;
}

function memberRefusal(
  permission: CustomerPermission,
  memberships: readonly { subscriptionId: string; role: SubscriptionRole }[],
  subscriptionId: string | undefined,
): Refusal | undefined {
  const concerned = subscriptionId === undefined ? memberships : memberships.filter((one) => one.subscriptionId === subscriptionId);
  const [first] = concerned;
  // Without a subscription there is nothing to refuse: lists are empty, and everybody may ask for one.
  if (first === undefined) return subscriptionId === undefined ? undefined : { because: 'no-member' };
  if (concerned.some(({ role }) => SUBSCRIPTION_ROLE_PERMISSIONS[role].includes(permission))) return undefined;
  const roles = SUBSCRIPTION_ROLES.filter((role) => SUBSCRIPTION_ROLE_PERMISSIONS[role].includes(permission));
  return { because: 'role', role: first.role, permission, roles };
}
