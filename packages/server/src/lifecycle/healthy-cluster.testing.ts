import { until } from '../engine/engine.testing.js';
import type { FakeCluster } from '../engine/fake-cluster.testing.js';

/** Does for the Cluster of an instance of `reference-minimal.yaml` what its operator does, as soon as there is one. */
export async function becomeHealthy(cluster: FakeCluster, instanceId: string): Promise<void> {
  const object = await until(async () => cluster.find('Cluster', instanceId), 'the Cluster');
  const { instances } = object['spec'] as { instances: number };
  const { namespace } = object.metadata;
  for (const role of ['rw', 'ro', 'r'])
    cluster.put({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `${instanceId}-${role}`, ...(namespace === undefined ? {} : { namespace }) },
      spec: { type: 'ClusterIP', ports: [{ port: 5432 }] },
    });
  cluster.setStatus(
    'Cluster',
    instanceId,
    { phase: 'Cluster in healthy state', instances, readyInstances: instances, image: 'postgres:15' },
    namespace,
  );
}
