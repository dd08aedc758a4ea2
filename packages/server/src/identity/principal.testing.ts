import type { Caller } from '@cellplane/api';
import type { Principal } from './authorize.js';

/** The person behind a caller of tests: one of a provider's people with a role for all products, or a customer who is root of subscriptions. */
export function principalOf({ userId, email, orgId, roleType, providerOrgId, subscriptions = [] }: Caller): Principal {
  const memberships = subscriptions.map((subscriptionId) => ({ subscriptionId, role: 'root' as const }));
  return {
    userId,
    email,
    orgId,
    roleType: roleType as Principal['roleType'],
    providerOrgId: providerOrgId ?? null,
    memberships,
    grants: [],
  };
}
