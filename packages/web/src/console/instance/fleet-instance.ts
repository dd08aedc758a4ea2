/** An instance as the provider's people see it, with its path in the fleet API. */
import type { Client } from '@cellplane/api/client';

export type FleetInstance = Awaited<ReturnType<Client['describeInstance']>>;

/** Path parameters of its operations. */
export function placeOf({ serviceId, environmentId, consumptionResourceInstanceResult }: FleetInstance) {
  return { serviceId, environmentId, instanceId: consumptionResourceInstanceResult.id };
}
