/** Snapshots as their customer reaches them. */
import { client } from '../../app/client';
import type { SnapshotDoor } from '../../kit/snapshots/door';

export const ownDoor: SnapshotDoor = {
  describe: ({ snapshotId: id }) => client.customerDescribeSnapshot({ params: { id } }),
  restore: async ({ snapshotId, subscriptionId }, { restoreToSourceInstance, network }) => {
    const { instanceId } = await client.customerRestoreSnapshot({
      params: { snapshotId },
      body: {
        ...(subscriptionId === undefined ? {} : { subscriptionId }),
        ...(restoreToSourceInstance ? { restoreToSourceInstance } : {}),
        ...(network === undefined ? {} : { network_type: network }),
      },
    });
    return instanceId;
  },
  remove: ({ snapshotId: id }) => client.customerDeleteSnapshot({ params: { id } }),
  instancePage: '/instances/$instanceId',
  snapshotPage: '/snapshots/$snapshotId',
};
