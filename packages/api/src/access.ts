/** Who may call an operation: the audience of its row, and the permission that the caller's role must give. */

/** What people of a provider may be allowed to do. */
export const PROVIDER_PERMISSIONS = [
  'catalog:read',
  'catalog:write',
  'fleet:read',
  'fleet:operate',
  'secret:read',
  'secret:write',
  'customer:read',
  'customer:write',
  'organization:read',
  'organization:write',
  'cell:read',
  'cell:write',
  'audit:read',
  'notification:read',
  'notification:write',
] as const;
export type ProviderPermission = (typeof PROVIDER_PERMISSIONS)[number];

/** What members of a subscription may be allowed to do. The first two need no subscription: every customer may look, and ask for more. */
export const CUSTOMER_PERMISSIONS = [
  'catalog:read',
  'catalog:subscribe',
  'instance:read',
  'instance:write',
  'subscription:read',
  'subscription:write',
  'member:read',
  'member:write',
] as const;
export type CustomerPermission = (typeof CUSTOMER_PERMISSIONS)[number];

/** Roles of a provider's people in their organization. The last three are given for single products. */
export const PROVIDER_ROLES = ['root', 'admin', 'editor', 'reader', 'service_editor', 'service_reader', 'service_operator'] as const;
export type ProviderRole = (typeof PROVIDER_ROLES)[number];

/** Roles that are given for single products. */
export const PRODUCT_ROLES = ['service_editor', 'service_reader', 'service_operator'] as const;
export type ProductRole = (typeof PRODUCT_ROLES)[number];

/** Roles that an API key may have: nobody's key is a root. */
export const API_KEY_ROLES = PROVIDER_ROLES.filter((role) => role !== 'root');
export type ApiKeyRole = (typeof API_KEY_ROLES)[number];

/** Roles of the members of a subscription. */
export const SUBSCRIPTION_ROLES = ['root', 'admin', 'editor', 'reader'] as const;
export type SubscriptionRole = (typeof SUBSCRIPTION_ROLES)[number];

const READS = PROVIDER_PERMISSIONS.filter((permission) => permission.endsWith(':read'));
const OF_PRODUCTS: readonly ProviderPermission[] = ['catalog:read', 'fleet:read', 'customer:read'];

/** What each role of a provider allows. Nobody but a root changes a root: that rule stands with the operations on users. */
export const PROVIDER_ROLE_PERMISSIONS: Readonly<Record<ProviderRole, readonly ProviderPermission[]>> = {
  root: PROVIDER_PERMISSIONS,
  admin: PROVIDER_PERMISSIONS,
  editor: PROVIDER_PERMISSIONS.filter((permission) => permission !== 'organization:write'),
  // Secrets are read by those who may change them.
  reader: READS.filter((permission) => permission !== 'secret:read'),
  service_editor: [...OF_PRODUCTS, 'catalog:write', 'fleet:operate', 'customer:write'],
  service_reader: OF_PRODUCTS,
  service_operator: [...OF_PRODUCTS, 'fleet:operate'],
};

/** What each role of a subscription allows. */
export const SUBSCRIPTION_ROLE_PERMISSIONS: Readonly<Record<SubscriptionRole, readonly CustomerPermission[]>> = {
  root: CUSTOMER_PERMISSIONS,
  admin: CUSTOMER_PERMISSIONS.filter((permission) => permission !== 'subscription:write'),
  editor: ['catalog:read', 'catalog:subscribe', 'instance:read', 'instance:write', 'subscription:read', 'member:read'],
  reader: ['catalog:read', 'catalog:subscribe', 'instance:read', 'subscription:read', 'member:read'],
};

/** What a provider's role must allow where one of its people uses a customer's operation. */
export const PROVIDER_PERMISSION_OF: Readonly<Record<CustomerPermission, ProviderPermission>> = {
  'catalog:read': 'catalog:read',
  'catalog:subscribe': 'fleet:operate',
  'instance:read': 'fleet:read',
  'instance:write': 'fleet:operate',
  'subscription:read': 'customer:read',
  'subscription:write': 'customer:write',
  'member:read': 'customer:read',
  'member:write': 'customer:write',
};

/**
 * Where a provider's operation says which product it is about, for roles that are given for single products: in a path parameter; nowhere,
 * because its handler keeps to the products of the caller (`lists`); or it is about the whole organization, which those roles do not reach.
 */
export type ProductPlace = { param: string } | 'lists' | 'organization';

export type Access =
  /** Anybody, without a session. */
  | { audience: 'public' }
  /** Anybody who is signed in, about themselves. `enrolling`: also who has yet to add the second factor that their organization requires. */
  | { audience: 'user'; enrolling?: true }
  /** The people of a provider. */
  | { audience: 'provider'; permission: ProviderPermission; product: ProductPlace }
  /** Members of subscriptions; the people of a provider, too, for the subscriptions of their own organization. */
  | { audience: 'customer'; permission: CustomerPermission };

export const anybody = { audience: 'public' } as const;
export const signedIn = { audience: 'user' } as const;
export const enrolling = { audience: 'user', enrolling: true } as const;

/** For the people of a provider. `product`: see ProductPlace; `{id}` and `{serviceId}` are path parameters. */
export function provider(
  permission: ProviderPermission,
  product: '{id}' | '{serviceId}' | 'lists' | 'organization',
): { audience: 'provider'; permission: ProviderPermission; product: ProductPlace } {
  const isParam = product !== 'lists' && product !== 'organization';
  return { audience: 'provider', permission, product: isParam ? { param: product.slice(1, -1) } : product };
}

/** For members of subscriptions. */
export function customer(permission: CustomerPermission): { audience: 'customer'; permission: CustomerPermission } {
  return { audience: 'customer', permission };
}
