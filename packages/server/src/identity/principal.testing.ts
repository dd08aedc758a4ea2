import type { Caller } from '@cellplane/api';
import type { Principal } from './authorize.js';

/** The person behind a caller of tests: one of a provider's people, with a role for all products. */
export function principalOf({ userId, email, orgId, roleType }: Caller): Principal {
  return { userId, email, orgId, roleType: roleType as Principal['roleType'], providerOrgId: null, memberships: [], grants: [] };
}
