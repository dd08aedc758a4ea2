import type { ChartMirror } from '../config.js';

/** A chart as a plan names it. */
export interface ChartReference {
  repositoryUrl: string;
  chart: string;
  version: string;
  username?: string;
  password?: string;
}

/** The mirror that stands for an address: the longest `from` that is the address or a folder above it. */
export function mirrorOf(repositoryUrl: string, mirrors: ChartMirror[]): ChartMirror | undefined {
  const url = withoutSlashes(repositoryUrl);
  return mirrors.filter(({ from }) => url === from || url.startsWith(`${from}/`)).toSorted((a, b) => b.from.length - a.from.length)[0];
}

/** The repository's address after mirrors. */
function mirrored(repositoryUrl: string, mirrors: ChartMirror[]): string {
  const url = withoutSlashes(repositoryUrl);
  const mirror = mirrorOf(url, mirrors);
  return mirror === undefined ? url : mirror.to + url.slice(mirror.from.length);
}

function withoutSlashes(url: string): string {
  let end = url.length;
  while (end > 0 && url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}

/** How Helm is told where a chart is: arguments, and files of its own configuration that carry the credentials. */
export interface ChartSource {
  args: string[];
  /** File name in Helm's configuration folder → content. Credentials go through files, never through arguments that others can list. */
  files: Record<string, string>;
  /** The repository's index must be fetched first (`helm repo update`). */
  needsIndex: boolean;
}

/** Names of Helm's own configuration files inside the folder that we hand it. */
export const REPOSITORY_FILE = 'repositories.yaml';
export const REGISTRY_FILE = 'registry.json';

const REPOSITORY_NAME = 'source';

/** Where Helm finds a chart: an OCI registry, a private repository, or a public one. */
export function chartSource(given: ChartReference, mirrors: ChartMirror[]): ChartSource {
  const { url, reference } = withoutUser(mirrored(given.repositoryUrl, mirrors), given);
  const version = ['--version', reference.version];
  if (url.startsWith('oci://')) {
    const files: Record<string, string> = hasCredentials(reference) ? { [REGISTRY_FILE]: registryConfiguration(url, reference) } : {};
    return { args: [`${url}/${reference.chart}`, ...version], files, needsIndex: false };
  }
  if (!hasCredentials(reference)) return { args: [reference.chart, '--repo', url, ...version], files: {}, needsIndex: false };
  // JSON is YAML, so nothing that a user wrote can become structure of this file.
  const repository = { name: REPOSITORY_NAME, url, username: reference.username ?? '', password: reference.password ?? '' };
  return {
    args: [`${REPOSITORY_NAME}/${reference.chart}`, ...version],
    files: { [REPOSITORY_FILE]: JSON.stringify({ apiVersion: '', repositories: [repository] }) },
    needsIndex: true,
  };
}

/** A mirror's address may have a user and a password in it. They go the way of other credentials: addresses are arguments. */
function withoutUser(text: string, reference: ChartReference): { url: string; reference: ChartReference } {
  const [, scheme = '', user, password = '', rest = ''] = /^([a-z]+:\/\/)([^/@:]*)(?::([^/@]*))?@(.*)$/.exec(text) ?? [];
  if (user === undefined) return { url: text, reference };
  const own = { username: decodeURIComponent(user), password: decodeURIComponent(password) };
  return { url: scheme + rest, reference: hasCredentials(reference) ? reference : { ...reference, ...own } };
}

function hasCredentials(reference: ChartReference): boolean {
  return (reference.username ?? '') !== '' || (reference.password ?? '') !== '';
}

function registryConfiguration(url: string, reference: ChartReference): string {
  const host = new URL(url.replace('oci://', 'https://')).host;
  const auth = Buffer.from(`${reference.username ?? ''}:${reference.password ?? ''}`).toString('base64');
  return JSON.stringify({ auths: { [host]: { auth } } });
}
