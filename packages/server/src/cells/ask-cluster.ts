import { connect, currentContext } from '@cellplane/kubernetes';
import { ConfigError } from '../config.js';
import { messageOf } from '../errors.js';
import { pluginEnvironment } from '../exec/child-environment.js';
import { readDefaultKubeconfig } from './default-cell.js';

/** How long a cluster may take to answer before it is said to be away. Milliseconds. */
const PATIENCE_MS = 5_000;

/** What identifies a cluster to a person. */
export interface ClusterSeen {
  /** Of the kubeconfig; empty where it names none. */
  context: string;
  server: string;
  /** Of Kubernetes, such as v1.34.2. */
  version: string;
}

/**
 * Asks the cluster of a kubeconfig who it is; nothing is changed there.
 * @throws ConfigError that names context and server, why there is no answer, and what to do
 */
export async function askCluster(path: string): Promise<ClusterSeen> {
  const access = await readDefaultKubeconfig(path);
  const context = currentContext(path) ?? '';
  const client = connect(access, { timeoutMs: PATIENCE_MS, pluginEnvironment: pluginEnvironment() });
  try {
    const { gitVersion } = ((await client.raw('/version')) ?? {}) as { gitVersion?: string };
    if (gitVersion === undefined) throw new Error('what answers there is no Kubernetes API server');
    return { context, server: access.server, version: gitVersion };
  } catch (error) {
    throw new ConfigError(
      `The cluster does not answer: context ${context === '' ? '(none)' : context}, server ${access.server}: ${messageOf(error)}. Try "kubectl --kubeconfig ${path} version"; or unset CELLPLANE_KUBECONFIG to use the simulated cell.`,
      { cause: error },
    );
  } finally {
    await client.close();
  }
}
