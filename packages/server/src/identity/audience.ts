import type { CompiledWorkflow } from '@cellplane/plan';

/** The provider's own people, or the customer's. */
export type Audience = CompiledWorkflow['scope'][number];

/** Whom a caller of the fleet API counts as: customers reach no further there than on their own routes. */
export function audienceOf(instance: { providerOrgId: string }, caller: { orgId: string }): Audience {
  return caller.orgId === instance.providerOrgId ? 'FLEET' : 'END_CUSTOMER';
}
