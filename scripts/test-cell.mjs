// npm run test:cell: the journeys against a real cluster, CELLPLANE_TEST_KUBECONFIG or the one that e2e/real-cell starts.
import { spawnSync } from 'node:child_process';
import { makeReady, root } from './install.mjs';

await makeReady();
const env = {};
if (!process.env.CELLPLANE_TEST_KUBECONFIG) {
  console.log('Starting a real Kubernetes (the first time it is built from source, which takes about ten minutes) …');
  const up = spawnSync('bash', [`${root}e2e/real-cell/up.sh`, 'cluster'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (up.status !== 0) {
    console.error('The real cluster did not start; the lines above say why. Or set CELLPLANE_TEST_KUBECONFIG to a cluster of your own.');
    process.exit(1);
  }
  const home = process.env.REAL_CELL_HOME ?? `${process.env.HOME}/.cache/real-cell`;
  env.CELLPLANE_TEST_KUBECONFIG = up.stdout.trim().split('\n').pop();
  // kubectl is built where the machine has none.
  env.PATH = `${process.env.PATH}:${home}/bin`;
  env.CELLPLANE_HELM = process.env.CELLPLANE_HELM ?? `${home}/bin/helm`;
  env.CELLPLANE_CHART_MIRRORS =
    process.env.CELLPLANE_CHART_MIRRORS ??
    `https://cloudnative-pg.github.io/charts=http://127.0.0.1:${process.env.REAL_CELL_CHART_PORT ?? 8879}`;
}
const { conclude, vitest } = await import('./vitest.mjs');
conclude(vitest(`${root}vitest.cell.config.ts`, process.argv.slice(2), env));
