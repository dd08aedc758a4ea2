/** Whether the person may change what is in a subscription. */
import { useQuery } from '@tanstack/react-query';
import { whyReadOnly } from '../instance/actions';
import { subscriptions } from '../own';

/** Why not, in words, by the id of a subscription; undefined if they may, or while it is not known. */
export function useMayChange(): (subscriptionId: string | undefined) => string | undefined {
  const own = useQuery(subscriptions);
  return (subscriptionId) => whyReadOnly({ role: own.data?.find(({ id }) => id === subscriptionId)?.roleType });
}
