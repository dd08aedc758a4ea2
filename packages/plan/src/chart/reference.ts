/** What a chart is called and where it lies, in the form in which Helm may be given it. Used when a plan is built and before Helm runs. */
import { isPort } from '../number-ranges.js';
import type { ChartHost } from './allowance.js';
import { addressOf } from './network.js';

/** semver.org, 2.0.0; a leading `v` is common in chart repositories. */
const VERSION =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*)?(\+[\da-zA-Z-]+(\.[\da-zA-Z-]+)*)?$/;
const CHART_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** Helm's names of releases: DNS labels, dots allowed, 53 characters. */
const RELEASE_NAME = /^[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Kubernetes' own, those of instances, and where the platform itself may run. Operators share one of the platform. */
const RESERVED = /^(kube-.*|instance-.*|cellplane|cellplane-(?!operators$).*)$/;

/** True for one exact version. */
export function isChartVersion(version: string): boolean {
  return version.length <= 250 && VERSION.test(version);
}

/** True for the name of a chart; in a registry it may have folders in front. */
export function isChartName(name: string, isRegistry: boolean): boolean {
  const segments = isRegistry ? name.split('/') : [name];
  return name.length <= 250 && segments.every((segment) => CHART_NAME.test(segment) && !segment.includes('..'));
}

/** True for what a repository may be called. Helm is never told; people and other programs read it. */
export function isRepositoryName(name: string): boolean {
  return name.length <= 250 && !/^-|[\p{Cc}/\\]|^\.{1,2}$/u.test(name);
}

/** True for what Helm takes as the name of a release. */
export function isReleaseName(name: string): boolean {
  return RELEASE_NAME.test(name) && !name.includes('..');
}

/** True for what Kubernetes takes as the name of a namespace. */
export function isNamespace(name: string): boolean {
  return NAMESPACE.test(name);
}

/** True for namespaces that no chart may be installed in. */
export function isReservedNamespace(name: string): boolean {
  return RESERVED.test(name);
}

/** The address of a repository: where it stands, or why it is none. */
export type ChartAddress = { ok: true; at: ChartHost } | { ok: false; fault: { message: string; cure: string } };

const HTTPS = 'Write the `https://` or `oci://` address of the repository.';
/** Longest address in characters. */
const LONGEST = 2000;
/** Scheme, authority, path, query, fragment. Not the URL parser of the platform: it mends what Helm would read otherwise. */
const PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)((?:\/[^?#]*)?)(\?[^#]*)?(#.*)?$/;
const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
const CREDENTIAL = /token|passw|secret|key|sig|auth|cred/i;

/** True for a pair of a query whose name says that its value lets somebody in. */
function holdsCredential(pair: string): boolean {
  const equals = pair.indexOf('=');
  return equals !== -1 && CREDENTIAL.test(pair.slice(0, equals));
}

/** Reads the address of a repository. Nothing is mended, and messages never show a user or password. */
export function readChartAddress(address: string): ChartAddress {
  const no = (message: string, cure: string): ChartAddress => ({ ok: false, fault: { message, cure } });
  if (address.length > LONGEST)
    return no(`\`chartRepoURL\` has ${address.length} characters; ${LONGEST} are the most.`, 'Write the address of the repository alone.');
  const [, scheme = '', authority = '', path = '', query = '', fragment] = PARTS.exec(address) ?? [];
  if (authority.includes('@')) {
    const message = '`chartRepoURL` holds a user or a password, which would be stored and shown with the plan.';
    return no(message, 'Use `username` and `password: "$secret.<NAME>"`.');
  }
  const host = hostOf(authority);
  // Outside these, RFC 3986 has nothing in a path or a query.
  if (scheme === '' || host === undefined || /[^\w.~!$&'()*+,;=:@%/?-]/.test(path + query))
    return no(`\`chartRepoURL\` is no address: ${JSON.stringify(withoutUser(address))}.`, HTTPS);
  if (fragment !== undefined) return no('`chartRepoURL` ends with a fragment, which is never sent.', 'Remove it from `#` on.');
  if (query.slice(1).split('&').some(holdsCredential)) {
    const message = '`chartRepoURL` has what looks like a credential after `?`, which would be stored and shown with the plan.';
    return no(message, 'Use `username` and `password: "$secret.<NAME>"`.');
  }
  if (/%(?:00|0a|0d|2e|2f|5c)/i.test(path) || path.split('/').some((segment) => segment === '..' || segment === '.'))
    return no('`chartRepoURL` has `..` or the like in its path.', 'Write the path as the repository has it.');
  if (scheme === 'oci' && /[:@]/.test(path))
    return no('`chartRepoURL` names a tag or a digest.', 'Remove it; which version is meant is said by `chartVersion`.');
  if (scheme !== 'https' && scheme !== 'oci' && scheme !== 'http')
    return no(`\`chartRepoURL\` begins with \`${scheme}://\`, which is not read.`, HTTPS);
  return { ok: true, at: { scheme, ...host } };
}

function hostOf(authority: string): { host: string; port?: number } | undefined {
  const [, host = '', digits] = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && !isPort(port)) return undefined;
  const found = { host: host.toLowerCase(), ...(port === undefined ? {} : { port }) };
  if (addressOf(host) !== undefined) return found;
  // A name whose last part is a number is an address to some programs (the URL standard refuses it).
  const isNumber = /(?:^|\.)(?:\d+|0[xX][0-9A-Fa-f]*)$/.test(host);
  return host.length <= 253 && HOST_NAME.test(host) && !isNumber ? found : undefined;
}

function withoutUser(address: string): string {
  return address
    .slice(0, LONGEST)
    .replace(/\/\/[^/]*@/, '//***@')
    .slice(0, 100);
}
