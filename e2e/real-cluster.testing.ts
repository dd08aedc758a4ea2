/** The real cluster of the cell suite, looked at with kubectl and Helm: tools that are not ours, so that they can contradict us. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The cluster under test. `scripts/test-cell.mjs` sets it. */
export function kubeconfig(): string {
  const path = process.env['CELLPLANE_TEST_KUBECONFIG'];
  if (path === undefined) throw new Error('CELLPLANE_TEST_KUBECONFIG is not set; run the suite with: npm run test:cell');
  return path;
}

/** A delete on this cluster ends within this: where a connection is open, the operator lets PostgreSQL wait 180 s for its end before a Pod goes. Milliseconds. */
export const DELETED_MS = 400_000;

/** Settings of a control plane that drives this cluster. */
export function clusterEnvironment(): Record<string, string> {
  const kept = ['CELLPLANE_HELM', 'CELLPLANE_CHART_MIRRORS'].flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  return { CELLPLANE_KUBECONFIG: kubeconfig(), ...(Object.fromEntries(kept) as Record<string, string>) };
}

/** kubectl's output, without the last line break. Rejects with its words. */
export async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await run('kubectl', ['--kubeconfig', kubeconfig(), ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.replace(/\n$/, '');
}

/** kubectl with something on its standard input. */
export async function kubectlWith(input: string, ...args: string[]): Promise<string> {
  const running = run('kubectl', ['--kubeconfig', kubeconfig(), ...args], { maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** True if kubectl succeeds. */
export function kubectlSucceeds(...args: string[]): Promise<boolean> {
  return kubectl(...args).then(
    () => true,
    () => false,
  );
}

export async function helm(...args: string[]): Promise<string> {
  const { stdout } = await run(process.env['CELLPLANE_HELM'] ?? 'helm', ['--kubeconfig', kubeconfig(), ...args], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

const OPERATORS = 'cellplane-operators';

/** Takes the operators away, their CRDs included, so that a journey installs them itself. Refuses while Clusters exist. */
export async function withoutOperators(): Promise<void> {
  if (await kubectlSucceeds('get', 'crd', 'clusters.postgresql.cnpg.io')) {
    // Instances of an earlier, interrupted run.
    const namespaces = (
      await kubectl('get', 'namespaces', '-l', 'app.kubernetes.io/managed-by=cellplane,cellplane.dev/instance', '-o', 'name')
    )
      .split('\n')
      .filter(Boolean);
    if (namespaces.length > 0) await kubectl('delete', ...namespaces, '--wait=true', `--timeout=${DELETED_MS}ms`);
    // Those of a suite that has just ended may be on their way out.
    await kubectlSucceeds('wait', '--for=delete', 'clusters.postgresql.cnpg.io', '--all', '-A', `--timeout=${DELETED_MS}ms`);
    const clusters = await kubectl('get', 'clusters.postgresql.cnpg.io', '-A', '-o', 'name');
    if (clusters !== '')
      throw new Error(`The cluster has PostgreSQL Clusters of others (${clusters.replaceAll('\n', ', ')}); the suite needs one without.`);
  }
  for (const release of ['plugin-barman-cloud', 'cloudnative-pg'])
    await helm('uninstall', release, '-n', OPERATORS, '--ignore-not-found', '--wait').catch(() => '');
  await kubectl('delete', 'namespace', OPERATORS, '--ignore-not-found', '--wait=true', '--timeout=120s');
  const crds = (await kubectl('get', 'crd', '-o', 'name')).split('\n').filter((name) => name.endsWith('.cnpg.io'));
  if (crds.length > 0) await kubectl('delete', ...crds, '--wait=true', '--timeout=60s');
}
