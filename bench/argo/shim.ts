/**
 * Stands in for the node: runs the pods of Argo's resource templates as processes of this machine, each with mounts of its own,
 * and reports their phases. What a node does beside that is left out on purpose: scheduling, sandbox, image, network, tokens,
 * probes, most of the status updates. Started as a process of its own; its children are the pods. Needs root (mounts).
 * usage: shim.js KUBECONFIG BIN [--pods 110]   prints `ready`, then nothing.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { connectKubeconfig, type KubernetesObject, startInformer } from '@cellplane/kubernetes';

interface Container {
  name: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: { fieldRef?: { fieldPath: string } } }[];
}
interface Pod extends KubernetesObject {
  spec: { initContainers?: Container[]; containers: Container[] };
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { pods: { type: 'string', default: '110' } } });
const [kubeconfig = '', bin = ''] = positionals;
const client = connectKubeconfig(kubeconfig);
/** As many as a node takes. */
let free = Number(values.pods);
const queue: Pod[] = [];
const seen = new Set<string>();

// A pod's volumes: what the init container leaves in them, the main container finds.
const PREPARE = 'mount -t tmpfs tmpfs /tmp && mount -t tmpfs tmpfs /var/run/argo && exec "$0" "$@"';

const informer = startInformer(
  client,
  { apiVersion: 'v1', kind: 'Pod', namespace: 'argo' },
  {
    onChange: ({ type, object }) => {
      const pod = object as Pod;
      const uid = pod.metadata.uid ?? '';
      if (type === 'DELETED' || pod['status'] === undefined || (pod['status'] as { phase?: string }).phase !== 'Pending' || seen.has(uid))
        return;
      seen.add(uid);
      queue.push(pod);
      next();
    },
  },
);
await informer.ready;
console.log('ready');

function next(): void {
  while (free > 0) {
    const pod = queue.shift();
    if (pod === undefined) return;
    free -= 1;
    run(pod).then(
      () => {
        free += 1;
        next();
      },
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  }
}

async function run(pod: Pod): Promise<void> {
  const startedAt = stamp();
  const [init] = pod.spec.initContainers ?? [];
  const [main] = pod.spec.containers;
  if (init === undefined || main === undefined) throw new Error(`pod ${pod.metadata.name} is not one of a resource template`);
  // Both containers in one set of mounts, one after the other.
  const script = `${assignments(pod, init)} ${words(init)} && ${assignments(pod, main)} ${words(main)}`;
  const child = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', PREPARE, 'sh', '-c', script], {
    stdio: ['ignore', 'ignore', process.env['ARGO_SHIM_LOG'] === undefined ? 'ignore' : 'inherit'],
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: '/tmp/home', KUBECONFIG: kubeconfig },
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 137));
  });
  await report(pod, { phase: 'Running', containerStatuses: [status(main, { running: { startedAt } })] });
  const exitCode = await ended;
  const terminated = { exitCode, startedAt, finishedAt: stamp(), reason: exitCode === 0 ? 'Completed' : 'Error' };
  await report(pod, { phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerStatuses: [status(main, { terminated })] });
}

function status({ name }: Container, state: Record<string, unknown>): Record<string, unknown> {
  return { name, state, ready: false, restartCount: 0, image: 'argoexec', imageID: '', lastState: {} };
}

async function report({ metadata }: Pod, of: Record<string, unknown>): Promise<void> {
  const key = { apiVersion: 'v1', kind: 'Pod', namespace: metadata.namespace ?? '', name: metadata.name };
  await client.patch(key, 'merge', { status: of }, { subresource: 'status' });
}

function assignments(pod: Pod, { env = [] }: Container): string {
  const fields: Record<string, string> = { 'metadata.name': pod.metadata.name, 'metadata.uid': pod.metadata.uid ?? '' };
  return env.map(({ name, value, valueFrom }) => `${name}=${quote(value ?? fields[valueFrom?.fieldRef?.fieldPath ?? ''] ?? '')}`).join(' ');
}

function words({ command = [], args = [] }: Container): string {
  return [...command, ...args].map(quote).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** As Kubernetes writes times: whole seconds. */
function stamp(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
