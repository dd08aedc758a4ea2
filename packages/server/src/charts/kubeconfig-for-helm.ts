/** A kubeconfig for a program beside us, made of the access that we use ourselves. */
import type { ClusterAccess, ExecPlugin, TextSource } from '@cellplane/kubernetes';
import { DomainError } from '../errors.js';

/** Text of a kubeconfig with one context, as JSON (which is YAML). Holds secrets. */
export function kubeconfigText(access: ClusterAccess): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'cell',
    contexts: [{ name: 'cell', context: { cluster: 'cell', user: 'installer' } }],
    clusters: [
      {
        name: 'cell',
        cluster: {
          server: access.server,
          ...pem('certificate-authority', access.certificateAuthority),
          ...(access.insecureSkipTlsVerify === true ? { 'insecure-skip-tls-verify': true } : {}),
          ...(access.tlsServerName === undefined ? {} : { 'tls-server-name': access.tlsServerName }),
          ...(access.proxyUrl === undefined ? {} : { 'proxy-url': access.proxyUrl }),
        },
      },
    ],
    users: [{ name: 'installer', user: user(access) }],
  });
}

function user(access: ClusterAccess): Record<string, unknown> {
  const result: Record<string, unknown> = {
    ...pem('client-certificate', access.clientCertificate?.certificate),
    ...pem('client-key', access.clientCertificate?.key),
  };
  const { authorization, impersonate } = access;
  if (authorization?.kind === 'bearer')
    Object.assign(result, 'data' in authorization.token ? { token: authorization.token.data } : { tokenFile: authorization.token.file });
  if (authorization?.kind === 'basic') Object.assign(result, { username: authorization.username, password: authorization.password });
  if (authorization?.kind === 'exec') result['exec'] = execOf(authorization.plugin);
  if (impersonate !== undefined) {
    result['as'] = impersonate.user;
    if (impersonate.groups !== undefined) result['as-groups'] = impersonate.groups;
    if (impersonate.uid !== undefined) result['as-uid'] = impersonate.uid;
    if (impersonate.extra !== undefined) result['as-user-extra'] = impersonate.extra;
  }
  return result;
}

function execOf(plugin: ExecPlugin): Record<string, unknown> {
  if (plugin.interactiveMode === 'Always') {
    throw new DomainError(
      'failed_request',
      'interactive-credentials',
      `The credential program ${plugin.command} wants a terminal; Helm gets none here.`,
    );
  }
  const { apiVersion, command, args, env, installHint, interactiveMode, provideClusterInfo } = plugin;
  return { apiVersion, command, args, env, interactiveMode, provideClusterInfo, ...(installHint === undefined ? {} : { installHint }) };
}

function pem(field: string, source: TextSource | undefined): Record<string, string> {
  if (source === undefined) return {};
  return 'data' in source ? { [`${field}-data`]: Buffer.from(source.data, 'utf8').toString('base64') } : { [field]: source.file };
}
