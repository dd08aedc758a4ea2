/** Where charts may come from beside the open internet: what the operator of an installation allows. */
import ipaddr from 'ipaddr.js';
import { addressOf, isLocalName, isPublic } from './network.js';

/** One entry of the list: a network, or a host by name. */
export interface AllowedSource {
  /** Also over http, which anybody on the way can change. */
  unencrypted: boolean;
  /** First address and length of the prefix. */
  network?: { address: string; length: number };
  /** In small letters; `*.` in front stands for any name below. */
  name?: string;
  port?: number;
}

/** Where a repository stands, by its address. */
export interface ChartHost {
  scheme: 'https' | 'http' | 'oci';
  /** IPv6 in brackets. */
  host: string;
  port?: number | undefined;
}

const NAME = /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const WITH_PORT = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/;

/** Reads one entry: `10.0.0.0/8`, `charts.corp.example`, `*.corp.example`, `http://127.0.0.1:8879`. Undefined if it is none. */
export function readAllowedSource(text: string): AllowedSource | undefined {
  const [, scheme, rest = ''] = /^(?:(https?|oci):\/\/)?(.*)$/s.exec(text.trim().toLowerCase()) ?? [];
  const unencrypted = scheme === 'http';
  if (ipaddr.isValidCIDR(rest)) {
    const [address, length] = ipaddr.parseCIDR(rest);
    return { unencrypted, network: { address: address.toString(), length } };
  }
  const bare = ipaddr.IPv6.isValid(rest) ? [rest, rest] : WITH_PORT.exec(rest);
  const [, host = '', digits] = bare ?? [];
  const port = digits === undefined ? {} : { port: Number(digits) };
  const address = addressOf(host);
  if (address !== undefined) {
    const length = address.kind() === 'ipv4' ? 32 : 128;
    return { unencrypted, network: { address: address.toString(), length }, ...port };
  }
  return host.length <= 253 && NAME.test(host) ? { unencrypted, name: host, ...port } : undefined;
}

/** Why a source is refused. */
export type SourceFault = 'unencrypted' | 'not-public';

/**
 * Whether charts may be fetched from a host. `resolved`: the addresses that its name stands for, once they are known; before
 * that, a name is refused only where it is plain that no entry can allow it.
 */
export function sourceFault(source: ChartHost, allowed: readonly AllowedSource[], resolved?: readonly string[]): SourceFault | undefined {
  const port = source.port ?? (source.scheme === 'http' ? 80 : 443);
  const isPlain = source.scheme === 'http';
  const usable = allowed.filter((entry) => (!isPlain || entry.unencrypted) && (entry.port === undefined || entry.port === port));
  const host = source.host.toLowerCase();
  if (usable.some(({ name }) => name !== undefined && fits(name, host))) return undefined;
  const networks = usable.flatMap(({ network }) => network ?? []);
  const literal = addressOf(host);
  if (literal === undefined && resolved === undefined) {
    const isLocal = isLocalName(host);
    if (networks.length > 0 || (!isPlain && !isLocal)) return undefined;
    return isLocal ? 'not-public' : 'unencrypted';
  }
  const addresses = literal === undefined ? (resolved ?? []).map(addressOf) : [literal];
  const isAllowed = addresses.map((one) => one !== undefined && networks.some((network) => isIn(one, network)));
  if (addresses.some((one, index) => one === undefined || (!isPublic(one) && isAllowed[index] !== true))) return 'not-public';
  return isPlain && isAllowed.includes(false) ? 'unencrypted' : undefined;
}

function fits(name: string, host: string): boolean {
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
}

function isIn(address: NonNullable<ReturnType<typeof addressOf>>, network: { address: string; length: number }): boolean {
  const first = ipaddr.parse(network.address);
  return first.kind() === address.kind() && address.match(first, network.length);
}
