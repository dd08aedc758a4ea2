/** A customer's maintenance windows where the commands name the provider's. */
import type { Client } from '@cellplane/api/client';

type Twins = Pick<Client, 'listMaintenanceWindows' | 'setMaintenanceWindow' | 'deleteMaintenanceWindow'>;

/** The customer's operations in the shapes of the provider's. */
export function windowTwins(client: Client): Twins {
  return {
    listMaintenanceWindows: () => client.customerListMaintenanceWindows({}),
    setMaintenanceWindow: ({ params, body }) => client.customerSetMaintenanceWindow({ params: { subscriptionId: params.subject }, body }),
    deleteMaintenanceWindow: ({ params }) => client.customerDeleteMaintenanceWindow({ params: { subscriptionId: params.subject } }),
  };
}
