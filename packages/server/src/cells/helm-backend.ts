/** Charts on a real cluster, by Helm. */
import type { KubernetesClient } from '@cellplane/kubernetes';
import { DomainError } from '../errors.js';
import type { Helm, ReleaseStatus } from '../exec/helm.js';
import { compareVersions } from './chart-rules.js';
import type { ChartBackend } from './charts.js';
import type { Cells } from './cell.js';
import { kubeconfigText } from './kubeconfig-for-helm.js';

/** Longest installation, waiting for the operator's workloads included. Milliseconds. */
const INSTALL_MS = 300_000;

export function helmBackend(deps: { cells: Cells; helm: Helm }): ChartBackend {
  return {
    installed: async (cellId, chart) => {
      const target = { kubeconfig: kubeconfigText(await deps.cells.access(cellId)), namespace: chart.namespace, name: chart.releaseName };
      const found = await deps.helm.status(target);
      return found?.state === 'deployed' ? versionOf(found, chart.chart) : undefined;
    },
    install: async (cellId, chart, options) => {
      const target = { kubeconfig: kubeconfigText(await deps.cells.access(cellId)), namespace: chart.namespace, name: chart.releaseName };
      const found = await deps.helm.status(target);
      if (found !== undefined) {
        const there = versionOf(found, chart.chart);
        if (there === undefined) {
          throw new DomainError(
            'invalid_state',
            'release-name-taken',
            `release ${found.name} in namespace ${found.namespace} is the chart ${found.chart}`,
          );
        }
        const newer = compareVersions(there, chart.version);
        if (newer > 0 || (newer === 0 && found.state === 'deployed' && !options.reinstall)) {
          // Installed by somebody else, or by us before a crash: what works stays.
          if (found.state === 'deployed') return { version: there };
        }
        if (found.state.startsWith('pending-')) await forgetPending(await deps.cells.client(cellId), found, options.signal);
      }
      const { repositoryUrl, username, password } = chart;
      await deps.helm.install(target, {
        chart: {
          repositoryUrl,
          chart: chart.chart,
          version: chart.version,
          ...(username === undefined ? {} : { username }),
          ...(password === undefined ? {} : { password }),
        },
        values: chart.values,
        timeoutMs: INSTALL_MS,
        signal: options.signal,
        onStarted: options.onStarted,
      });
      return { version: chart.version };
    },
  };
}

/** `cloudnative-pg-0.28.2` → `0.28.2`; undefined if the release is another chart. */
function versionOf(found: ReleaseStatus, chart: string): string | undefined {
  return found.chart.startsWith(`${chart}-`) ? found.chart.slice(chart.length + 1) : undefined;
}

/**
 * Helm refuses to touch a release whose last operation did not end. That operation's process is dead (we hold the lease and
 * its group was ended), so its record is removed; the objects it made carry the release's name and are taken up again.
 */
async function forgetPending(client: KubernetesClient, found: ReleaseStatus, signal: AbortSignal): Promise<void> {
  const name = `sh.helm.release.v1.${found.name}.v${found.revision}`;
  await client.delete({ apiVersion: 'v1', kind: 'Secret', namespace: found.namespace, name }, { signal });
}
