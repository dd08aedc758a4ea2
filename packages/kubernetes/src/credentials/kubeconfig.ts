import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { parse } from 'yaml';
import { type ClusterAccess, KubeconfigError } from './access.js';
import { type LocalPath, readUser } from './kubeconfig-user.js';
import { type Fields, flag, optionalText, fields, pemOrFile } from './kubeconfig-field.js';

export interface KubeconfigOptions {
  /** Context to use. @default the file's `current-context` */
  context?: string;
}

/**
 * A kubeconfig on this machine (its path), or the text of one. Text comes from people: it may not name files or programs of
 * this machine unless `folder` is given, against which relative paths then resolve.
 */
export type KubeconfigSource = string | { text: string; folder?: string };

/**
 * Reads a kubeconfig (kubectl's `v1 Config`) and resolves one context of it. Relative file names resolve against the folder of
 * the kubeconfig, as kubectl does. Files of certificates and tokens are read later, when a call needs them.
 * @throws KubeconfigError with the field and the cure
 */
export function loadKubeconfig(source: KubeconfigSource, options: KubeconfigOptions = {}): ClusterAccess {
  const isPath = typeof source === 'string';
  const text = isPath ? readText(source) : source.text;
  const folder = isPath ? dirname(resolve(source)) : source.folder;
  const local: LocalPath = (name, field) => {
    if (folder === undefined) {
      throw new KubeconfigError(
        `${field}: a kubeconfig given as text may not name files or programs of this machine; put the value inline (${field}-data, token)`,
      );
    }
    return isAbsolute(name) ? name : resolve(folder, name);
  };
  return readConfig(parseText(text), local, options.context);
}

/** Name of the context that `loadKubeconfig` takes; undefined where the file names none. @throws KubeconfigError */
export function currentContext(source: KubeconfigSource): string | undefined {
  const config = parseText(typeof source === 'string' ? readText(source) : source.text);
  return optionalText(config, 'current-context', 'current-context');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new KubeconfigError(`kubeconfig ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function parseText(text: string): Fields {
  let document: unknown;
  try {
    // maxAliasCount bounds what a hostile text can expand to.
    document = parse(text, { maxAliasCount: 100, logLevel: 'error' });
  } catch (error) {
    // The first line of the parser's message has the position; the lines below quote the text, which may be a secret.
    throw new KubeconfigError(`kubeconfig is not readable YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  return fields(document, 'kubeconfig');
}

function readConfig(config: Fields, local: LocalPath, wanted: string | undefined): ClusterAccess {
  const contextName = wanted ?? optionalText(config, 'current-context', 'current-context');
  if (contextName === undefined || contextName === '') {
    throw new KubeconfigError(`kubeconfig has no current-context; name one of its contexts: ${names(config, 'contexts')}`);
  }
  const context = entry(config, 'contexts', 'context', contextName);
  const clusterName = optionalText(context, 'cluster', `context ${contextName}: cluster`);
  if (clusterName === undefined) throw new KubeconfigError(`context ${contextName}: cluster is missing`);
  const cluster = entry(config, 'clusters', 'cluster', clusterName);
  const access = readCluster(cluster, `cluster ${clusterName}`, local);
  const userName = optionalText(context, 'user', `context ${contextName}: user`);
  if (userName !== undefined && userName !== '') {
    Object.assign(access, readUser(entry(config, 'users', 'user', userName), `user ${userName}`, local, execExtension(cluster)));
  }
  const namespace = optionalText(context, 'namespace', `context ${contextName}: namespace`);
  if (namespace !== undefined && namespace !== '') access.namespace = namespace;
  return access;
}

function readCluster(cluster: Fields, at: string, local: LocalPath): ClusterAccess {
  const server = optionalText(cluster, 'server', `${at}: server`);
  if (server === undefined) throw new KubeconfigError(`${at}: server is missing`);
  const access: ClusterAccess = { server: baseUrl(server, `${at}: server`) };
  const authority = pemOrFile(cluster, 'certificate-authority', at, local);
  const insecure = flag(cluster, 'insecure-skip-tls-verify', `${at}: insecure-skip-tls-verify`);
  if (authority !== undefined && insecure) {
    throw new KubeconfigError(`${at}: certificate-authority and insecure-skip-tls-verify contradict each other; keep one`);
  }
  if (authority !== undefined) access.certificateAuthority = authority;
  if (insecure) access.insecureSkipTlsVerify = true;
  const serverName = optionalText(cluster, 'tls-server-name', `${at}: tls-server-name`);
  if (serverName !== undefined && serverName !== '') access.tlsServerName = serverName;
  const proxy = optionalText(cluster, 'proxy-url', `${at}: proxy-url`);
  if (proxy !== undefined && proxy !== '') access.proxyUrl = proxyUrl(proxy, `${at}: proxy-url`);
  return access;
}

function baseUrl(text: string, at: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new KubeconfigError(`${at}: ${JSON.stringify(text)} is not an http or https URL`);
  }
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new KubeconfigError(`${at}: a user, a query or a fragment does not belong into the URL`);
  }
  return `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, '');
}

function proxyUrl(text: string, at: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new KubeconfigError(`${at}: only http and https proxies are supported`);
  }
  return url.href;
}

/** The entry of a `clusters`, `users` or `contexts` list with this name; the first one counts, as in kubectl. */
function entry(config: Fields, list: string, kind: string, name: string): Fields {
  const found = entries(config, list).find((item) => item['name'] === name);
  if (found === undefined)
    throw new KubeconfigError(`kubeconfig has no ${kind} named ${JSON.stringify(name)}; it has: ${names(config, list)}`);
  return fields(found[kind] ?? {}, `${kind} ${name}`);
}

function entries(config: Fields, list: string): Fields[] {
  const value = config[list] ?? [];
  if (!Array.isArray(value)) throw new KubeconfigError(`kubeconfig: ${list} must be a list`);
  return value.map((item, index) => fields(item, `${list}[${index}]`));
}

function names(config: Fields, list: string): string {
  return (
    entries(config, list)
      .map((item) => String(item['name']))
      .join(', ') || 'none'
  );
}

function execExtension(cluster: Fields): unknown {
  const extensions = Array.isArray(cluster['extensions']) ? (cluster['extensions'] as unknown[]) : [];
  const named = extensions.map((item) => fields(item, 'extensions')).find((item) => item['name'] === 'client.authentication.k8s.io/exec');
  return named?.['extension'];
}
