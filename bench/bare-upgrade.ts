/**
 * The bare loop that upgrades are measured beside: one Node process, the same client and the applies that an upgrade of bench/thing-plan.ts
 * makes, and no database. The objects are made before, in a namespace for each instance, and not counted. Prints one line of JSON.
 * usage: bare-upgrade.js KUBECONFIG INSTANCES CONCURRENCY PREFIX
 */
import { connectKubeconfig, type KubernetesObject } from '@cellplane/kubernetes';
import { runBatch } from './batch.js';

const [kubeconfig = '', instances = '', concurrency = '', prefix = ''] = process.argv.slice(2);
const client = connectKubeconfig(kubeconfig);

const apply = (object: KubernetesObject) => client.apply(object, { fieldManager: 'bench', force: true });
const configMap = (namespace: string, name: string, revision: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name },
  data: { state: 'ready', revision },
});

async function write(id: string, revision: string): Promise<void> {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: id, name: `${id}-secret` },
    stringData: { password: revision },
  };
  await Promise.all([apply(secret), apply(configMap(id, `${id}-config`, revision))]);
  await apply(configMap(id, `${id}-store`, revision));
  const written = await apply(configMap(id, id, revision));
  if ((written['data'] as { state?: string } | undefined)?.state !== 'ready') throw new Error(`${id} is not ready with the write`);
}

const batch = { prefix, count: Number(instances), concurrency: Number(concurrency) };
await runBatch(batch, async (id) => {
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: id } });
  await write(id, 'one');
});
console.log(JSON.stringify(await runBatch(batch, (id) => write(id, 'two'))));
await client.close();
