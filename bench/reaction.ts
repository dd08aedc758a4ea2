/**
 * Benchmark (a): the time from a status change to the next task's write, on a real API server. The stub operator notes the time
 * right before it sends the status; a watch notes when the ConfigMap of the next task is there. Both clocks are this process's,
 * and both ends are counted in: the figure holds the status request and the delay of the watch, so it is never too small.
 * Measured with one instance at a time (the engine has nothing else to do) and with 32 at once.
 * usage: node bench/dist/reaction.js [KUBECONFIG] [--instances 100]
 */
import { parseArgs } from 'node:util';
import { connectKubeconfig, startInformer } from '@cellplane/kubernetes';
import { startPostgres } from './embedded.js';
import { quantile, record } from './figures.js';
import { runProgram } from './program.js';
import { cleanUp, defaultKubeconfig, NAMESPACE, prepareCluster, startStubOperator } from './widget.js';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { instances: { type: 'string', default: '100' } } });
const kubeconfig = positionals[0] ?? defaultKubeconfig();
const client = connectKubeconfig(kubeconfig);
const postgres = await startPostgres();
await prepareCluster(client);

const changed = new Map<string, number>();
const reactions = new Map<string, number>();
const informer = startInformer(
  client,
  { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, labelSelector: 'cellplane.dev/bench' },
  {
    onChange: ({ type, object }) => {
      const { name } = object.metadata;
      const at = changed.get(name);
      if (type !== 'DELETED' && at !== undefined && !reactions.has(name)) reactions.set(name, performance.now() - at);
    },
  },
);
await informer.ready;
// Long enough that the engine has committed its wait and does nothing any more.
const stopOperator = await startStubOperator(client, { afterMs: 150, onReady: (name) => changed.set(name, performance.now()) });

try {
  for (const { name, title, concurrency, instances } of [
    { name: 'idle', title: 'idle engine', concurrency: 1, instances: Number(values.instances) },
    { name: 'load', title: '32 runs at once', concurrency: 32, instances: Number(values.instances) * 5 },
  ]) {
    await runProgram('engine-loop.js', [
      kubeconfig,
      String(instances),
      String(concurrency),
      name,
      JSON.stringify(postgres.connection),
      'reaction',
    ]);
    const figures = [...reactions].filter(([id]) => id.startsWith(`${name}-`)).map(([, ms]) => ms);
    if (figures.length < instances) console.error(`${instances - figures.length} of ${instances} reactions were not seen`);
    const [p50, p99] = [quantile(figures, 0.5), quantile(figures, 0.99)];
    record({
      benchmark: `(a) reaction, ${title}`,
      measured: `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms (${figures.length})`,
      ...(name === 'idle' ? { goal: { text: 'p50 ≤ 50 ms', met: p50 <= 50 } } : {}),
      figures,
    });
  }
} finally {
  await stopOperator();
  await informer.stop();
  await cleanUp(client);
  await client.close();
  await postgres.stop();
}
