/** A customer's snapshots where the commands name the provider's: found by their ids, with no place in front. */
import type { Client } from '@cellplane/api/client';
import { CommandFailure } from '../failure.js';

type Twins = Pick<
  Client,
  | 'createInstanceSnapshot'
  | 'triggerInstanceSnapshot'
  | 'listInstanceSnapshots'
  | 'listSnapshots'
  | 'describeInstanceSnapshot'
  | 'copyInstanceSnapshot'
  | 'deleteSnapshot'
  | 'restoreSnapshot'
  | 'restoreInstanceToTime'
>;

/** The path of an instance's operations, as customers have it. @throws CommandFailure not_found */
type PathOf = (instanceId: string) => Promise<Parameters<Client['customerRestoreToTime']>[0]['params']>;

/** The customer's operations in the shapes of the provider's. */
export function snapshotTwins(client: Client, pathOf: PathOf): Twins {
  return {
    async createInstanceSnapshot({ params: { instanceId, serviceId, environmentId }, body }) {
      const { id } = await client.customerCreateSnapshot({ body: { instanceId, ...body } });
      return { serviceId, environmentId, snapshotId: id };
    },
    triggerInstanceSnapshot() {
      throw new CommandFailure('bad_request', 'Backups that expire are taken by the provider.', [
        { say: 'Take one that is kept:', command: ['snapshot', 'create'] },
      ]);
    },
    async listInstanceSnapshots({ params: { instanceId } }) {
      const { snapshots } = await client.customerListSnapshots({ query: {} });
      return { snapshots: snapshots.filter((one) => one.sourceInstanceId === instanceId) };
    },
    async listSnapshots({ params: { serviceId, environmentId }, query = {} }) {
      const { productTierId, ...own } = query;
      const { snapshots } = await client.customerListSnapshots({ query: own });
      return {
        snapshots: snapshots.filter(
          (one) =>
            one.serviceId === serviceId &&
            one.environmentId === environmentId &&
            (productTierId === undefined || one.productTierId === productTierId),
        ),
      };
    },
    describeInstanceSnapshot: ({ params: { snapshotId } }) => client.customerDescribeSnapshot({ params: { id: snapshotId } }),
    async copyInstanceSnapshot({ params: { instanceId }, body: { targetRegion, sourceSnapshotId } = { targetRegion: '' } }) {
      if (sourceSnapshotId === undefined)
        return client.customerCopyInstanceSnapshot({ params: await pathOf(instanceId), query: {}, body: { targetRegion } });
      const { id } = await client.customerCopySnapshot({ params: { sourceSnapshotId }, body: { targetRegion } });
      return { snapshotId: id };
    },
    async deleteSnapshot({ params: { snapshotId } }) {
      await client.customerDeleteSnapshot({ params: { id: snapshotId } });
    },
    async restoreSnapshot({ params: { snapshotId }, body }) {
      return { id: (await client.customerRestoreSnapshot({ params: { snapshotId }, body })).instanceId };
    },
    restoreInstanceToTime: async ({ params: { instanceId }, body }) =>
      client.customerRestoreToTime({ params: await pathOf(instanceId), query: {}, body }),
  };
}
