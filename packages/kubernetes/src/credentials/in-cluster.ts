import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterAccess, KubeconfigError } from './access.js';

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The access of a pod's own service account (KUBERNETES_SERVICE_HOST and the mounted token, which the kubelet rotates and we
 * re-read).
 * @throws KubeconfigError where this process is not in a pod
 */
export function inClusterAccess(env: Record<string, string | undefined> = process.env, folder: string = FOLDER): ClusterAccess {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
  const token = join(folder, 'token');
  if (host === undefined || host === '' || !existsSync(token)) {
    throw new KubeconfigError(
      'this process does not run in a pod with a service account (KUBERNETES_SERVICE_HOST or its token is missing); give a kubeconfig',
    );
  }
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    certificateAuthority: { file: join(folder, 'ca.crt') },
    authorization: { kind: 'bearer', token: { file: token } },
  };
}
