/** What whoever is signed in is in a subscription, and how that stands. */
import { useQuery } from '@tanstack/react-query';
import { subscriptions } from '../own';
import type { Standing } from './actions';

/** Undefined while it is not known; also for who sees the subscription without being a member. */
export function useMembership(subscriptionId: string | undefined): Pick<Standing, 'role' | 'subscriptionStatus'> {
  const own = useQuery(subscriptions).data?.find(({ id }) => id === subscriptionId);
  return { role: own?.roleType, subscriptionStatus: own?.status };
}
