/**
 * Examines a cluster before it becomes a deployment cell: whether it answers, whether the account of the kubeconfig is allowed
 * what Cellplane needs, and whether the cluster has what most operators expect. Nothing is changed in the cluster.
 */
import { tmpdir } from 'node:os';
import { connect } from '@cellplane/kubernetes';
import type { CompiledPlan } from '@cellplane/plan';
import { mergedKinds } from '../cells/access.js';
import { readKubeconfig } from '../cells/default-cell.js';
import { messageOf } from '../errors.js';
import { pluginEnvironment } from '../exec/child-environment.js';
import { runCommand } from '../exec/child-process.js';
import { type Check, failed, ok, warning } from './check.js';
import {
  checkCertManager,
  checkChartRights,
  checkClusterDns,
  checkEndpointDomain,
  checkKinds,
  checkRights,
  checkStorageClass,
  checkVersion,
} from './cluster-checks.js';

export interface Examination {
  /** Path of the kubeconfig file. */
  kubeconfig: string;
  /** The option or variable that names the file. */
  named: string;
  /** Name or path of Helm. */
  helm: string;
  /** The domain of CELLPLANE_ENDPOINT_DOMAIN. */
  endpointDomain: string;
  /** The kinds and charts of this plan are checked too. */
  plan?: CompiledPlan;
}

/**
 * All checks, in the order in which a person would cure them. A cluster that does not answer ends them early, with the reason.
 * @throws ConfigError if the kubeconfig cannot be read
 */
export async function examineCluster(input: Examination): Promise<Check[]> {
  const access = await readKubeconfig(input.kubeconfig, input.named);
  const client = connect(access, { timeoutMs: 10_000, pluginEnvironment: pluginEnvironment() });
  const resources = input.plan?.resources ?? [];
  const charts = [...new Set(resources.flatMap((resource) => resource.charts.map(({ chartName }) => chartName)))];
  const uses = resources.flatMap((resource) => resource.kinds);
  const checks: Check[] = [];
  try {
    checks.push(await checkVersion(client));
    const kinds = await checkKinds(client, mergedKinds(uses), charts);
    checks.push(...(await checkRights(client, kinds.served)), await checkChartRights(client, charts), ...kinds.checks);
    checks.push(await checkStorageClass(client));
    checks.push(
      await checkCertManager(
        client,
        uses.some(({ apiVersion }) => apiVersion.startsWith('cert-manager.io/')),
      ),
    );
    checks.push(await checkClusterDns(client));
  } catch (error) {
    checks.push(
      failed('cluster', `${access.server} does not answer: ${messageOf(error)}`, `Try: kubectl --kubeconfig ${input.kubeconfig} version`),
    );
  } finally {
    await client.close();
  }
  return [...checks, await checkEndpointDomain(input.endpointDomain), await checkHelm(input.helm, charts)];
}

/** Helm installs operator charts; without charts it is not needed. */
async function checkHelm(program: string, charts: readonly string[]): Promise<Check> {
  const cure = 'Install Helm 3 (https://helm.sh/docs/intro/install/), or name its path in CELLPLANE_HELM.';
  const tell = charts.length > 0 ? failed : warning;
  try {
    const { exitCode, stdout, stderr } = await runCommand({
      program,
      args: ['version', '--template', '{{.Version}}'],
      cwd: tmpdir(),
      timeoutMs: 10_000,
      ifMissing: '',
    });
    const version = stdout.trim();
    if (exitCode !== 0) return tell('Helm', `${program} version fails: ${stderr.trim()}`, cure);
    if (!/^v[34]\./.test(version)) return tell('Helm', `${program} is ${version}`, cure);
    return ok('Helm', version);
  } catch (error) {
    return tell('Helm', `plans with operator charts need it: ${messageOf(error).trim()}`, cure);
  }
}
