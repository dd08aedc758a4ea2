/**
 * The bare loop that the engine is measured beside: one Node process, the same client, bodies, watch, gate and concurrency, and no
 * database. Started as a process of its own; prints one line of JSON.
 * usage: bare-loop.js KUBECONFIG INSTANCES CONCURRENCY PREFIX
 */
import { type KubernetesObject, connectKubeconfig, startInformer } from '@cellplane/kubernetes';
import { GROUP, NAMESPACE, objects } from './widget.js';

const [kubeconfig = '', instances = '', concurrency = '', prefix = ''] = process.argv.slice(2);
const client = connectKubeconfig(kubeconfig);
const waiting = new Map<string, () => void>();
const labels = { 'cellplane.dev/bench': prefix };

const isReady = (widget: KubernetesObject) => {
  const status = widget['status'] as { phase?: string; size?: number; observedGeneration?: number } | undefined;
  return status?.phase === 'Ready' && status.size === 1 && (status.observedGeneration ?? 0) >= (widget.metadata.generation ?? 0);
};
const informer = startInformer(
  client,
  { apiVersion: `${GROUP}/v1`, kind: 'Widget', namespace: NAMESPACE, labelSelector: `cellplane.dev/bench=${prefix}` },
  {
    onChange: (change) => {
      if (change.type !== 'DELETED' && isReady(change.object)) waiting.get(change.object.metadata.name)?.();
    },
  },
);
await informer.ready;

const apply = (object: KubernetesObject) => client.apply(object, { fieldManager: 'bench', force: true });

async function create(id: string): Promise<void> {
  const { secret, config, store, widget } = objects(id, labels);
  await Promise.all([apply(secret), apply(config)]);
  await apply(store);
  const ready = new Promise<void>((done) => waiting.set(id, done));
  const written = await apply(widget);
  if (!isReady(written)) await ready;
  waiting.delete(id);
}

const names = Array.from({ length: Number(instances) }, (_, index) => `${prefix}-${index}`);
const cpu = process.cpuUsage();
const began = performance.now();
await Promise.all(
  Array.from({ length: Number(concurrency) }, async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) await create(name);
  }),
);
const milliseconds = performance.now() - began;
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({ milliseconds, cpuMilliseconds: (used.user + used.system) / 1000 }));
await informer.stop();
await client.close();
