/** The role of whoever is signed in, in a subscription. */
import { useQuery } from '@tanstack/react-query';
import { subscriptions } from '../own';

/** Undefined while it is not known; also for who sees the subscription without being a member. */
export function useRole(subscriptionId: string | undefined): string | undefined {
  const own = useQuery(subscriptions);
  return own.data?.find(({ id }) => id === subscriptionId)?.roleType;
}
