/**
 * The bare loop that the engine is measured beside: one Node process, the same client, bodies, watch, gate and concurrency, and no
 * database. Started as a process of its own; prints one line of JSON.
 * usage: bare-loop.js KUBECONFIG INSTANCES CONCURRENCY PREFIX WARM-UP-INSTANCES
 */
import { type KubernetesObject, connectKubeconfig, startInformer } from '@cellplane/kubernetes';
import { runBatch } from './batch.js';
import { GROUP, NAMESPACE, objects } from './widget.js';

const [kubeconfig = '', instances = '', concurrency = '', prefix = '', warmUp = '0'] = process.argv.slice(2);
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

const batch = (count: string, name: string) =>
  runBatch({ prefix: `${prefix}-${name}`, count: Number(count), concurrency: Number(concurrency) }, create);
// Left out of the figure: the program's own first moments, in which V8 compiles.
await batch(warmUp, 'warm-up');
console.log(JSON.stringify(await batch(instances, 'measured')));
await informer.stop();
await client.close();
