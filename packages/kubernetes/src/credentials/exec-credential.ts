import { execFile } from 'node:child_process';
import { type ExecPlugin, KubeconfigError } from './access.js';

/** What an exec plugin gave: a token, or a client certificate with its key, or both. */
export interface ExecCredential {
  token?: string;
  certificate?: string;
  key?: string;
  /** Unix time in milliseconds; without it, valid until the API server says 401. */
  expiresAt?: number;
}

/** What a plugin may be told of the cluster (ExecCredential `spec.cluster`). */
export interface ExecCluster {
  server: string;
  tlsServerName?: string | undefined;
  insecureSkipTlsVerify?: boolean | undefined;
  certificateAuthority?: string | undefined;
  proxyUrl?: string | undefined;
}

const TIME_LIMIT_MS = 60_000;

/**
 * Runs a credential plugin (client-go `plugin/pkg/client/auth/exec`): no shell, no terminal, the given environment plus the
 * plugin's `env`, KUBERNETES_EXEC_INFO, at most a minute. Nothing of our own environment reaches it by itself.
 * @throws KubeconfigError in words that name the program and the cure
 */
export async function runExecPlugin(
  plugin: ExecPlugin,
  cluster: ExecCluster,
  environment: Record<string, string>,
): Promise<ExecCredential> {
  const info = {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(plugin.provideClusterInfo ? { cluster: clusterInfo(cluster, plugin.clusterConfig) } : {}) },
  };
  const env = {
    ...environment,
    ...Object.fromEntries(plugin.env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  };
  return readCredential(await run(plugin, env), plugin);
}

function clusterInfo(cluster: ExecCluster, config: unknown): Record<string, unknown> {
  return {
    server: cluster.server,
    ...(cluster.tlsServerName === undefined ? {} : { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.insecureSkipTlsVerify === true ? { 'insecure-skip-tls-verify': true } : {}),
    ...(cluster.certificateAuthority === undefined
      ? {}
      : { 'certificate-authority-data': Buffer.from(cluster.certificateAuthority).toString('base64') }),
    ...(cluster.proxyUrl === undefined ? {} : { 'proxy-url': cluster.proxyUrl }),
    ...(config === undefined ? {} : { config }),
  };
}

function run(plugin: ExecPlugin, env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: TIME_LIMIT_MS, maxBuffer: 1_048_576, encoding: 'utf8', windowsHide: true } as const;
    const child = execFile(plugin.command, plugin.args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new KubeconfigError(failureWords(plugin, error, stderr), { cause: error }));
    });
    // The plugin may wait for input; it gets an end of file at once.
    child.stdin?.end();
  });
}

function failureWords(plugin: ExecPlugin, error: Error & { code?: unknown; killed?: boolean; signal?: unknown }, stderr: string): string {
  const program = `credential plugin ${plugin.command}`;
  const hint = plugin.installHint === undefined ? '' : ` ${plugin.installHint.trim()}`;
  if (error.code === 'ENOENT') return `${program} is not installed on this machine (or not in PATH).${hint}`;
  if (error.code === 'EACCES') return `${program} may not be executed by this user.${hint}`;
  if (error.killed === true) return `${program} did not end within ${TIME_LIMIT_MS / 1000} s`;
  const words = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 400);
  const failed = `${program} failed (exit ${String(error.code ?? error.signal)})${words === '' ? '' : `: ${words}`}`;
  return `${failed}. Few variables of this program's environment reach it: what it reads besides belongs under its \`env\` in the kubeconfig`;
}

function readCredential(output: string, plugin: ExecPlugin): ExecCredential {
  const wrong = (what: string): KubeconfigError => new KubeconfigError(`credential plugin ${plugin.command} ${what}`);
  let value: { kind?: unknown; apiVersion?: unknown; status?: Record<string, unknown> };
  try {
    value = JSON.parse(output) as typeof value;
  } catch {
    // The output may hold a token, so it is not quoted.
    throw wrong('did not print JSON');
  }
  if (value?.kind !== 'ExecCredential') throw wrong('did not print an ExecCredential');
  if (value.apiVersion !== plugin.apiVersion)
    throw wrong(`printed apiVersion ${String(value.apiVersion)}; the kubeconfig asks for ${plugin.apiVersion}`);
  const text = (field: string): string | undefined => {
    const found = value.status?.[field];
    return typeof found === 'string' && found !== '' ? found : undefined;
  };
  const [token, certificate, key, expiry] = ['token', 'clientCertificateData', 'clientKeyData', 'expirationTimestamp'].map(text);
  if ((certificate === undefined) !== (key === undefined)) throw wrong('printed a client certificate without its key, or the reverse');
  if (token === undefined && certificate === undefined) throw wrong('printed neither a token nor a client certificate');
  const expiresAt = expiry === undefined ? undefined : Date.parse(expiry);
  if (expiresAt !== undefined && Number.isNaN(expiresAt)) throw wrong('printed an expirationTimestamp that is not a time');
  return {
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined || key === undefined ? {} : { certificate, key }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}
