/** What the signed-in person may do, and why not, by the table that the server asks too. For buttons; the server decides all the same. */
import { accessOf, type OperationName, type ProviderRole, type Refusal, refusalOf, type RoleHolder } from '@cellplane/api/access';
import { useQuery } from '@tanstack/react-query';
import { person as personQuery } from '../../app/session/signed-in';
import { memberships } from './memberships';
import { refusalInWords } from './words';

export interface May {
  may: boolean;
  /** In words for whoever may not. Undefined while the role is not known yet. */
  why?: string;
}

/** Whose roles count. Undefined: not known yet. */
function useRoleHolder(): RoleHolder | undefined {
  const person = useQuery(personQuery).data;
  const own = useQuery({ ...memberships, enabled: person?.kind === 'customer' }).data;
  if (person === undefined) return undefined;
  if (person.kind === 'provider') return { kind: 'provider', role: person.roleType as ProviderRole };
  return own === undefined ? undefined : { kind: 'customer', memberships: own };
}

/**
 * Whether the signed-in person may use an operation: `useMay('deleteInstance')`. Customers' operations: `subscriptionId` says which of their
 * subscriptions it is about; without it the question is whether they may in any.
 */
export function useMay(operation: OperationName, subscriptionId?: string): May {
  return useMayAny()(operation, subscriptionId);
}

/** The same for lists, where each row asks. */
export function useMayAny(): (operation: OperationName, subscriptionId?: string) => May {
  const holder = useRoleHolder();
  return (operation, subscriptionId) => {
    if (holder === undefined) return { may: false };
    const refusal: Refusal | undefined = refusalOf(accessOf(operation), holder, subscriptionId);
    return refusal === undefined ? { may: true } : { may: false, why: refusalInWords(refusal) };
  };
}
