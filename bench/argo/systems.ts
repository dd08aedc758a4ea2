/** The two systems that are set side by side, and what a measurement needs of each. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { KubernetesClient } from '@cellplane/kubernetes';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Argo as it is delivered, or set up for speed as its documentation says. */
export interface ArgoSettings {
  flags: string[];
  requeue: string;
  checkInterval: string;
}
export const ARGO: Record<string, ArgoSettings> = {
  'argo-default': { flags: [], requeue: '10s', checkInterval: '5s' },
  'argo-tuned': {
    flags: ['--qps=1000', '--burst=1000', '--workflow-workers=128', '--pod-cleanup-workers=32'],
    requeue: '1s',
    checkInterval: '1s',
  },
};

export interface ArgoFiles {
  bin: string;
  kubeconfig: string;
}

/** The controller's configuration; how often an executor looks at its object is set here. */
export async function configureArgo(client: KubernetesClient, { checkInterval }: ArgoSettings): Promise<void> {
  await client.apply(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'workflow-controller-configmap', namespace: 'argo' },
      data: { executor: JSON.stringify({ env: [{ name: 'RESOURCE_STATE_CHECK_INTERVAL', value: checkInterval }] }) },
    },
    { fieldManager: 'bench', force: true },
  );
}

/** Starts the workflow controller and waits until it works. */
export async function startController({ bin, kubeconfig }: ArgoFiles, settings: ArgoSettings): Promise<ChildProcess> {
  const child = spawn(
    `${bin}/workflow-controller`,
    ['--executor-image=argoexec', '--namespaced', '--loglevel=info', '--log-format=text', ...settings.flags],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        KUBECONFIG: kubeconfig,
        LEADER_ELECTION_DISABLE: 'true',
        DEFAULT_REQUEUE_TIME: settings.requeue,
      },
    },
  );
  let log = '';
  const works = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        if (log.length < 100_000) log += chunk.toString();
        if (log.includes('Starting CronWorkflow controller')) resolve();
        if (process.env['ARGO_BENCH_LOG'] !== undefined) process.stderr.write(chunk);
      });
    }
    child.on('exit', (code) => reject(new Error(`the workflow controller ended with ${code}:\n${log.slice(-2_000)}`)));
  });
  await works;
  return child;
}

/** Starts what stands in for the node. */
export async function startShim({ bin, kubeconfig }: ArgoFiles): Promise<ChildProcess> {
  const child = spawn(process.execPath, [here('shim.js'), kubeconfig, bin], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Requests that the API server has answered so far, by `verb resource/subresource`; watches are not requests here. */
export async function requests(kubeconfig: string): Promise<Map<string, number>> {
  const { stdout } = await promisify(execFile)('kubectl', ['--kubeconfig', kubeconfig, 'get', '--raw', '/metrics'], {
    maxBuffer: 64 * 2 ** 20,
  });
  const counts = new Map<string, number>();
  for (const line of stdout.split('\n')) {
    if (!line.startsWith('apiserver_request_total{')) continue;
    const label = (name: string) => new RegExp(`[{,]${name}="([^"]*)"`).exec(line)?.[1] ?? '';
    const verb = label('verb');
    if (verb === 'WATCH' || label('resource') === '') continue;
    const key = `${verb} ${label('resource')}${label('subresource') === '' ? '' : `/${label('subresource')}`}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1)));
  }
  return counts;
}
