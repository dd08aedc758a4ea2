import { describe, expect, it } from 'vitest';
import type { ExecPlugin } from './access.js';
import { runExecPlugin } from './exec-credential.js';

const CLUSTER = { server: 'https://x:6443', certificateAuthority: 'PEM' };

const ENVIRONMENT = { PATH: process.env['PATH'] ?? '' };

function plugin(script: string, more: Partial<ExecPlugin> = {}): ExecPlugin {
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: '/bin/sh',
    args: ['-c', script],
    env: [],
    interactiveMode: 'Never',
    provideClusterInfo: false,
    ...more,
  };
}

const printing = (status: unknown, more: Record<string, unknown> = {}): string =>
  `cat <<'END'\n${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status, ...more })}\nEND`;

describe('runExecPlugin', () => {
  it('reads token and expiry', async () => {
    const got = await runExecPlugin(plugin(printing({ token: 't', expirationTimestamp: '2030-01-01T00:00:00Z' })), CLUSTER, ENVIRONMENT);
    expect(got).toEqual({ token: 't', expiresAt: Date.UTC(2030, 0, 1) });
  });

  it('passes on env and, where asked for, the cluster; gives no terminal and an ended input', async () => {
    const script = `cat; printf '%s' "{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"status\\":{\\"token\\":\\"$X $(printf '%s' "$KUBERNETES_EXEC_INFO" | base64 | tr -d '\\n')\\"}}"`;
    const asked = plugin(script, { env: [{ name: 'X', value: 'x' }], provideClusterInfo: true, clusterConfig: { audience: 'a' } });
    const [x, info] = ((await runExecPlugin(asked, CLUSTER, ENVIRONMENT)).token ?? '').split(' ');
    expect(x).toBe('x');
    expect(JSON.parse(Buffer.from(info ?? '', 'base64').toString())).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: {
          server: 'https://x:6443',
          'certificate-authority-data': Buffer.from('PEM').toString('base64'),
          config: { audience: 'a' },
        },
      },
    });
  });

  it('has the given environment and nothing of ours', async () => {
    process.env['CELLPLANE_MASTER_KEY'] = 'not for plugins';
    try {
      const script = `printf '%s' "{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"status\\":{\\"token\\":\\"$GIVEN-$CELLPLANE_MASTER_KEY\\"}}"`;
      expect(await runExecPlugin(plugin(script), CLUSTER, { ...ENVIRONMENT, GIVEN: 'given' })).toEqual({ token: 'given-' });
    } finally {
      delete process.env['CELLPLANE_MASTER_KEY'];
    }
  });

  it.each([
    ['exit 3', /failed \(exit 3\)/],
    ['echo "no session" >&2; exit 1', /failed \(exit 1\): no session/],
    ['echo hello secret-token', /did not print JSON$/],
    ['echo "{}"', /did not print an ExecCredential/],
    [
      printing({ token: 't' }, { apiVersion: 'client.authentication.k8s.io/v1beta1' }),
      /printed apiVersion .*v1beta1; the kubeconfig asks for/,
    ],
    [printing({}), /neither a token nor a client certificate/],
    [printing({ clientCertificateData: 'c' }), /without its key/],
    [printing({ token: 't', expirationTimestamp: 'soon' }), /not a time/],
  ])('is clear about %s', async (script, words) => {
    await expect(runExecPlugin(plugin(script), CLUSTER, ENVIRONMENT)).rejects.toThrow(words);
  });

  it('says where a variable belongs that the plugin misses', async () => {
    const misses = plugin('echo "VAULT_ADDR is not set" >&2; exit 1');
    await expect(runExecPlugin(misses, CLUSTER, ENVIRONMENT)).rejects.toThrow(
      /VAULT_ADDR is not set\. .*under its `env` in the kubeconfig$/,
    );
  });

  it('tells how to get a program that is missing', async () => {
    const missing = plugin('', { command: 'cellplane-no-such-plugin', installHint: 'Install it with: get-it\n' });
    await expect(runExecPlugin(missing, CLUSTER, ENVIRONMENT)).rejects.toThrow(
      'credential plugin cellplane-no-such-plugin is not installed on this machine (or not in PATH). Install it with: get-it',
    );
    await expect(runExecPlugin(plugin('', { command: '/etc/passwd' }), CLUSTER, ENVIRONMENT)).rejects.toThrow(/may not be executed/);
  });
});
