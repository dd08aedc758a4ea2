/**
 * How long Argo's work stands still when its controller is killed: from SIGKILL to the next write of a controller that is started
 * again at once, by this program. Kinder than a cluster, where the kubelet starts it again a second later, or after a back-off.
 * Beside it: `recovery`, where nobody has to start anything.
 * usage: node bench/dist/argo/restart.js [--kills 20] [--workflows 5]
 */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

process.env['CELLPLANE_BENCH_NAMESPACE'] = 'argo';
const { connectKubeconfig, startInformer } = await import('@cellplane/kubernetes');
const { quantile, record } = await import('../figures.js');
const { argoWorkflow, cleanObjects, prepareCluster, SEED, startStubOperator } = await import('../widget.js');
const { ARGO, configureArgo, end, startController, startShim } = await import('./systems.js');

const { values } = parseArgs({ options: { kills: { type: 'string', default: '20' }, workflows: { type: 'string', default: '5' } } });
const settings = ARGO['argo-tuned'];
if (settings === undefined) throw new Error('no settings');
const up = fileURLToPath(new URL('../../argo/up.sh', import.meta.url));
const kubeconfig = (await promisify(execFile)(up, { maxBuffer: 2 ** 24 })).stdout.trim();
const files = { kubeconfig, bin: join(dirname(kubeconfig), 'bin') };
const client = connectKubeconfig(kubeconfig);
await prepareCluster(client);
await configureArgo(client, settings);
const stopOperator = await startStubOperator(client, { afterMs: 2_000 });
const phases = new Map<string, string>();
/** Told of everything that only the controller writes: workflows after their submission, and new pods. */
let seen: () => void = () => {};
const informers = [
  startInformer(
    client,
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', namespace: 'argo' },
    {
      onChange: ({ type, object }) => {
        phases.set(object.metadata.name, (object['status'] as { phase?: string } | undefined)?.phase ?? '');
        if (type === 'MODIFIED') seen();
      },
    },
  ),
  startInformer(
    client,
    { apiVersion: 'v1', kind: 'Pod', namespace: 'argo' },
    { onChange: ({ type }) => (type === 'ADDED' ? seen() : undefined) },
  ),
];
await Promise.all(informers.map((informer) => informer.ready));
const shim = await startShim(files);
let controller = await startController(files, settings);
const kills = Number(values.kills);
const stood: number[] = [];
let submitted = 0;
try {
  for (let round = 0; round < kills; round += 1) {
    for (let index = 0; index < Number(values.workflows); index += 1) {
      await client.create(argoWorkflow(SEED, `kill-${round}-${index}`));
      submitted += 1;
    }
    // Somewhere in their life of ten seconds or so.
    await pause(1_000 + Math.random() * 4_000);
    const killedAt = performance.now();
    await end(controller, 'SIGKILL');
    // What the dead one had sent is answered by now.
    await pause(50);
    const written = new Promise<void>((resolve) => (seen = resolve));
    controller = await startController(files, settings);
    await written;
    stood.push(performance.now() - killedAt);
    seen = () => {};
    while ([...phases.values()].filter((phase) => phase === 'Succeeded').length < submitted) {
      const failed = [...phases].find(([, phase]) => phase === 'Failed' || phase === 'Error');
      if (failed !== undefined) throw new Error(`workflow ${failed.join(' ')}`);
      await pause(100);
    }
  }
  record({
    benchmark: 'argo: controller killed and started again at once (tuned)',
    measured: `p50 ${quantile(stood, 0.5).toFixed(0)} ms, p99 ${quantile(stood, 0.99).toFixed(0)} ms until its next write (${kills} kills); ${submitted} workflows, all succeeded`,
    figures: stood,
  });
} finally {
  await end(controller);
  await end(shim);
  await Promise.all(informers.map((informer) => informer.stop()));
  await stopOperator();
  await cleanObjects(client);
  await client.close();
  await promisify(execFile)(up, ['stop']);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
