/** Which hosts stand in the open internet, and which are somebody's own network. */
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** Names that never leave a machine, a cluster or an office (RFC 6761, 6762, 8375; `.internal` by ICANN). */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home\.arpa|svc)$/;

/** The service that tells a virtual machine of Azure its credentials stands at a public address. */
const METADATA = new Set(['168.63.129.16']);

/** The address that a host is, in every form that a resolver reads (`127.1`, `0x7f000001`, `2130706433`, `[::1]`); undefined for names. */
export function addressOf(host: string): Address | undefined {
  const text = host.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(text) ? plain(ipaddr.parse(text)) : undefined;
}

/** True for addresses that anybody can reach: not of this machine, of a private network, of a cloud's metadata, nor for special use. */
export function isPublic(address: Address): boolean {
  return address.range() === 'unicast' && !METADATA.has(address.toString());
}

/** True for names that stand for no host of the open internet. */
export function isLocalName(host: string): boolean {
  return LOCAL_NAME.test(host.toLowerCase().replace(/\.$/, ''));
}

/** An IPv4 address that is written or carried as IPv6 is the IPv4 address. */
function plain(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const bytes = address.toByteArray();
  // 64:ff9b::/96, how networks without IPv4 reach it.
  if (address.match(ipaddr.IPv6.parse('64:ff9b::'), 96)) return ipaddr.fromByteArray(bytes.slice(12));
  // ::/96, an older way to carry one; `::` and `::1` are no addresses of IPv4.
  if (address.match(ipaddr.IPv6.parse('::'), 96) && address.range() === 'unicast') return ipaddr.fromByteArray(bytes.slice(12));
  return address;
}
