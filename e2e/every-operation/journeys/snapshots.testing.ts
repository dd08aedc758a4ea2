/** Snapshots, and instances restored from them, by the provider and by the customer. */
import type { Client } from '@cellplane/api';
import { until } from '../../control-plane.testing.js';
import { reaches, urlKeys, type World } from '../world.testing.js';

/** By both: the snapshots are of one instance of the customer. */
export async function snapshots({ provider, ada: { client, subscription }, plan }: World): Promise<void> {
  const keys = await urlKeys(client, plan);
  const query = { subscriptionId: subscription };
  const { id } = await client.customerCreateInstance({ params: keys, query, body: { requestParams: {} } });
  await reaches(client, id, 'RUNNING');
  const place = { serviceId: plan.serviceId, environmentId: plan.environmentId };
  const instance = { ...place, instanceId: id };
  const whole = (snapshotId: string) => complete(client, snapshotId);

  const { id: first } = await client.customerCreateSnapshot({ body: { instanceId: id, targetRegion: '' } });
  await whole(first);
  await client.customerListSnapshots({ query: {} });
  await client.customerListInstanceSnapshots({ params: { ...keys, id } });
  const { snapshotId: second } = await provider.createInstanceSnapshot({ params: instance, body: {} });
  await whole(second);
  const { snapshotId: third } = await provider.triggerInstanceSnapshot({ params: instance });
  await whole(third);
  await provider.listInstanceSnapshots({ params: instance });
  await provider.listSnapshots({ params: place, query: {} });
  await provider.describeInstanceSnapshot({ params: { ...instance, snapshotId: first } });
  await provider.describeRestorePoint({ params: instance, query: { targetRestoreTime: new Date().toISOString() } });

  const restored = await Promise.all([
    client.customerRestoreSnapshot({ params: { snapshotId: first }, body: query }).then(({ instanceId }) => ({ id: instanceId })),
    client.customerRestoreOffered({ params: { ...keys, snapshotId: first }, body: query }),
    client.customerRestoreToTime({ params: { ...keys, id }, body: { targetRestoreTime: new Date().toISOString() } }),
    provider.restoreSnapshot({ params: { ...place, snapshotId: second }, body: {} }),
    provider.restoreInstanceToTime({ params: instance, body: { targetRestoreTime: new Date().toISOString() } }),
  ]);
  for (const one of restored) await reaches(provider, one.id, 'RUNNING');
  const targetRegion = (await client.customerDescribeSnapshot({ params: { id: first } })).region ?? '';
  await client.customerCopySnapshot({ params: { sourceSnapshotId: first }, body: { targetRegion } });
  await client.customerCopyInstanceSnapshot({ params: { ...keys, id }, body: { targetRegion } });
  await provider.copyInstanceSnapshot({ params: instance, body: { targetRegion, sourceSnapshotId: second } });
  await client.customerDeleteSnapshot({ params: { id: first } });
  await provider.deleteSnapshot({ params: { ...place, snapshotId: second } });
}

async function complete(client: Client, id: string): Promise<void> {
  await until(
    `snapshot ${id} is complete`,
    async () => {
      const { status } = await client.customerDescribeSnapshot({ params: { id } });
      if (status === 'FAILED') throw new Error(`snapshot ${id} FAILED`);
      return status === 'COMPLETE';
    },
    180_000,
  );
}
