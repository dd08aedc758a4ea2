/** Charts on a real cluster, by Helm. */
import type { KubernetesClient } from '@cellplane/kubernetes';
import type { Json } from '@cellplane/plan';
import { DomainError } from '../errors.js';
import type { Helm, ReleaseStatus, ReleaseTarget } from '../exec/helm.js';
import { HelmError } from '../exec/helm-error.js';
import { compareVersions, sameValues } from './chart-rules.js';
import type { ChartBackend } from './chart-work.js';
import type { Cells } from '../cells/cell.js';
import { kubeconfigText } from './kubeconfig-for-helm.js';

/** Longest installation, waiting for the operator's workloads included. Milliseconds. */
const INSTALL_MS = 300_000;
/** Kept with our revisions: tells them from those of others. */
const OUR_WORDS = 'Installed by Cellplane';

/** @param deps.now the database's time: how long another program's Helm has been at work is not told by one copy's own clock */
export function helmBackend(deps: { cells: Cells; helm: Helm; now: () => Promise<Date> }): ChartBackend {
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
        const order = compareVersions(there, chart.version);
        const deployed = found.state === 'deployed';
        // What works stays: a newer version, or what somebody else has installed.
        if (deployed && (order > 0 || (order === 0 && !options.reinstall && (await asWished(deps.helm, target, found, chart.values)))))
          return { version: there };
        if (order > 0) {
          const message = `release ${found.name} in namespace ${found.namespace} is ${there} already, in state ${found.state}; it is never downgraded: repair it with Helm, or name that version in the plan`;
          throw new DomainError('invalid_state', 'release-newer', message);
        }
        if (found.state.startsWith('pending-')) {
          if (!options.resumed && (await deps.now()).getTime() - found.updatedAt.getTime() < INSTALL_MS) throw busy(found);
          await forgetPending(await deps.cells.client(cellId), found, options.signal);
        }
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
        description: OUR_WORDS,
        signal: options.signal,
        onStarted: options.onStarted,
        ...(options.log === undefined ? {} : { onOutput: options.log }),
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
 * Whether a deployed release of the wanted version needs nothing. One of ours may have been left before its new values were in
 * force; one of somebody else's keeps its values.
 */
async function asWished(helm: Helm, target: ReleaseTarget, found: ReleaseStatus, values: Json): Promise<boolean> {
  if (found.description !== OUR_WORDS) return true;
  return sameValues(((await helm.values(target)) ?? null) as Json, values);
}

/** Another program's operation: nobody here knows whether it still runs, so it gets the time that ours would get. */
function busy(found: ReleaseStatus): HelmError {
  const message = `release ${found.name} in namespace ${found.namespace} is ${found.state} since ${found.updatedAt.toISOString()} by another program`;
  return new HelmError(message, 'release-busy', true);
}

/**
 * Helm refuses to touch a release whose last operation did not end. That operation's process is dead (we hold the lease and
 * its group was ended), so its record is removed; the objects it made carry the release's name and are taken up again.
 */
async function forgetPending(client: KubernetesClient, found: ReleaseStatus, signal: AbortSignal): Promise<void> {
  const name = `sh.helm.release.v1.${found.name}.v${found.revision}`;
  await client.delete({ apiVersion: 'v1', kind: 'Secret', namespace: found.namespace, name }, { signal });
}
