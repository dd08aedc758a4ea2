/** The provider's instances, as this browser asks for them. */
import { useQuery } from '@tanstack/react-query';
import { fleetInstance } from './instance-queries';

/** One instance of any customer. */
export function useFleetInstance(instanceId: string) {
  return useQuery(fleetInstance(instanceId));
}
