import { type Authorization, type ClusterAccess, type ExecPlugin, type Impersonation, KubeconfigError } from './access.js';
import { type Fields, fields, flag, optionalText, pemOrFile, textList } from './kubeconfig-field.js';

/** How names of files of this machine become paths; it refuses them for kubeconfigs that came as text. */
export type LocalPath = (name: string, field: string) => string;

/** The credentials of a kubeconfig user. Where several are given they are taken in client-go's order: exec, token, basic, auth-provider. */
export function readUser(
  user: Fields,
  at: string,
  local: LocalPath,
  clusterConfig: unknown,
): Pick<ClusterAccess, 'clientCertificate' | 'authorization' | 'impersonate'> {
  const result: Pick<ClusterAccess, 'clientCertificate' | 'authorization' | 'impersonate'> = {};
  const certificate = pemOrFile(user, 'client-certificate', at, local);
  const key = pemOrFile(user, 'client-key', at, local);
  if ((certificate === undefined) !== (key === undefined)) {
    throw new KubeconfigError(`${at}: client-certificate and client-key are only usable together`);
  }
  if (certificate !== undefined && key !== undefined) result.clientCertificate = { certificate, key };
  const authorization = readAuthorization(user, at, local, clusterConfig);
  if (authorization !== undefined) result.authorization = authorization;
  const impersonate = readImpersonation(user, at);
  if (impersonate !== undefined) result.impersonate = impersonate;
  return result;
}

function readAuthorization(user: Fields, at: string, local: LocalPath, clusterConfig: unknown): Authorization | undefined {
  if (user['exec'] !== undefined && user['exec'] !== null) {
    return { kind: 'exec', plugin: readExec(fields(user['exec'], `${at}: exec`), `${at}: exec`, local, clusterConfig) };
  }
  // A tokenFile wins over a token, as client-go documents it: the token is then only the first value.
  const tokenFile = optionalText(user, 'tokenFile', `${at}: tokenFile`);
  if (tokenFile !== undefined && tokenFile !== '') return { kind: 'bearer', token: { file: local(tokenFile, 'tokenFile') } };
  const token = optionalText(user, 'token', `${at}: token`);
  if (token !== undefined && token !== '') return { kind: 'bearer', token: { data: token } };
  const username = optionalText(user, 'username', `${at}: username`);
  if (username !== undefined && username !== '') {
    return { kind: 'basic', username, password: optionalText(user, 'password', `${at}: password`) ?? '' };
  }
  if (user['auth-provider'] !== undefined && user['auth-provider'] !== null) {
    return readAuthProvider(fields(user['auth-provider'], `${at}: auth-provider`), at);
  }
  return undefined;
}

function readExec(exec: Fields, at: string, local: LocalPath, clusterConfig: unknown): ExecPlugin {
  const apiVersion = optionalText(exec, 'apiVersion', `${at}.apiVersion`);
  if (apiVersion !== 'client.authentication.k8s.io/v1' && apiVersion !== 'client.authentication.k8s.io/v1beta1') {
    throw new KubeconfigError(
      `${at}.apiVersion: ${apiVersion ?? 'nothing'} is given; v1 and v1beta1 of client.authentication.k8s.io are supported`,
    );
  }
  const command = optionalText(exec, 'command', `${at}.command`);
  if (command === undefined || command === '') throw new KubeconfigError(`${at}.command is missing`);
  const mode = optionalText(exec, 'interactiveMode', `${at}.interactiveMode`) ?? (apiVersion.endsWith('/v1') ? undefined : 'IfAvailable');
  if (mode !== 'Never' && mode !== 'IfAvailable' && mode !== 'Always') {
    throw new KubeconfigError(`${at}.interactiveMode: one of Never, IfAvailable, Always is expected`);
  }
  if (mode === 'Always') {
    throw new KubeconfigError(
      `${at}.interactiveMode: Always needs a terminal, which a server does not have; use credentials that work without one`,
    );
  }
  // A bare name is looked up in PATH; one with a slash is a file, relative to the kubeconfig. Both are programs of this machine.
  const path = local(command, 'exec.command');
  const env = Array.isArray(exec['env']) ? (exec['env'] as unknown[]) : [];
  const hint = optionalText(exec, 'installHint', `${at}.installHint`);
  return {
    apiVersion,
    command: command.includes('/') ? path : command,
    args: textList(exec, 'args', `${at}.args`),
    env: env.map((item, index) => {
      const variable = fields(item, `${at}.env[${index}]`);
      return { name: String(variable['name']), value: String(variable['value'] ?? '') };
    }),
    interactiveMode: mode,
    provideClusterInfo: flag(exec, 'provideClusterInfo', `${at}.provideClusterInfo`),
    ...(hint === undefined ? {} : { installHint: hint }),
    ...(clusterConfig === undefined ? {} : { clusterConfig }),
  };
}

/** The providers that kubectl had built in until 1.26. Only OIDC's id-token works without its own code. */
function readAuthProvider(provider: Fields, at: string): Authorization {
  const name = optionalText(provider, 'name', `${at}: auth-provider.name`) ?? '';
  const config = fields(provider['config'] ?? {}, `${at}: auth-provider.config`);
  if (name === 'oidc') {
    const idToken = optionalText(config, 'id-token', `${at}: auth-provider.config.id-token`);
    if (idToken === undefined || idToken === '') {
      throw new KubeconfigError(
        `${at}: auth-provider oidc has no id-token; sign in once with kubectl, or use an exec plugin such as kubelogin`,
      );
    }
    return { kind: 'bearer', token: { data: idToken } };
  }
  const cure = name === 'gcp' ? 'gke-gcloud-auth-plugin' : name === 'azure' ? 'kubelogin' : 'the exec plugin of your provider';
  throw new KubeconfigError(
    `${at}: auth-provider ${JSON.stringify(name)} is not supported (kubectl removed it in 1.26); use ${cure} under exec`,
  );
}

function readImpersonation(user: Fields, at: string): Impersonation | undefined {
  const as = optionalText(user, 'as', `${at}: as`);
  const uid = optionalText(user, 'as-uid', `${at}: as-uid`);
  const groups = textList(user, 'as-groups', `${at}: as-groups`);
  const extra = Object.entries(fields(user['as-user-extra'] ?? {}, `${at}: as-user-extra`)).map(
    ([key, value]) => [key, textList({ value }, 'value', `${at}: as-user-extra.${key}`)] as const,
  );
  if (as === undefined || as === '') {
    if (uid !== undefined || groups.length > 0 || extra.length > 0) {
      throw new KubeconfigError(`${at}: as-uid, as-groups and as-user-extra need "as"`);
    }
    return undefined;
  }
  return {
    user: as,
    ...(uid === undefined ? {} : { uid }),
    ...(groups.length > 0 ? { groups } : {}),
    ...(extra.length > 0 ? { extra: Object.fromEntries(extra) } : {}),
  };
}
