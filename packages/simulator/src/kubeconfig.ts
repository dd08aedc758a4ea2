import { stringify } from 'yaml';

/** A kubeconfig text for one address, token and certificate. */
export function kubeconfigFor(url: string, token: string, certificate: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'simulated', cluster: { server: url, 'certificate-authority-data': Buffer.from(certificate).toString('base64') } }],
    users: [{ name: 'simulated', user: { token } }],
    contexts: [{ name: 'simulated', context: { cluster: 'simulated', user: 'simulated' } }],
    'current-context': 'simulated',
  });
}
