/** Whether the person may change what is in a subscription. */
import { useQuery } from '@tanstack/react-query';
import { whyReadOnly, whySuspended } from '../instance/actions';
import { subscriptions } from '../own';

/** Why not, in words, by the id of a subscription; undefined if they may, or while it is not known. */
export type WhyNot = (subscriptionId: string | undefined, what?: 'change' | 'create') => string | undefined;

export function useMayChange(): WhyNot {
  const own = useQuery(subscriptions);
  return (subscriptionId, what = 'change') => {
    const { roleType, status } = own.data?.find(({ id }) => id === subscriptionId) ?? {};
    return whyReadOnly({ role: roleType }) ?? (what === 'create' ? whySuspended(status) : undefined);
  };
}
