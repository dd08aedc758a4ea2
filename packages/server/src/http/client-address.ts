/**
 * Where a request comes from, for limits: the other end of the connection, or, behind proxies that the installation names, what the
 * last of them says. Nobody else is believed: X-Forwarded-For is text that anybody can send.
 */
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.process>;

/** Networks whose X-Forwarded-For counts. */
export type Networks = readonly [Address, number][];

/** Enough for any chain of proxies; of a longer list only the end is read. */
const MOST_HOPS = 32;

/** Reads `10.0.0.0/8, ::1`. Answers the first part that is neither an address nor a network. */
export function readNetworks(text: string): { networks: Networks } | { wrong: string } {
  const networks: [Address, number][] = [];
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const network = readNetwork(part);
    if (network === undefined) return { wrong: part };
    networks.push(network);
  }
  return { networks };
}

/**
 * The address of the client of a request: an IPv4 address, or the first half of an IPv6 one, which is what one customer of a provider has at
 * the least. `unknown` where the connection has none.
 */
export function clientAddress(trusted: Networks, remote: string | undefined, forwarded: string | undefined): string {
  let client = remote === undefined ? undefined : readAddress(remote);
  const hops = (forwarded ?? '').split(',').slice(-MOST_HOPS);
  while (client !== undefined && isIn(trusted, client)) {
    const before = readAddress(withoutPort((hops.pop() ?? '').trim()));
    if (before === undefined) break;
    client = before;
  }
  if (client === undefined) return 'unknown';
  return client.kind() === 'ipv4'
    ? client.toString()
    : `${ipaddr.IPv6.parse(client.toString())
        .parts.slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`;
}

/** IPv4 within IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. */
function readAddress(text: string): Address | undefined {
  // Without a zone: `fe80::1%eth0` is `fe80::1` here.
  const [address = ''] = text.split('%', 1);
  const isAddress = ipaddr.IPv6.isValid(address) || ipaddr.IPv4.isValidFourPartDecimal(address);
  return isAddress ? ipaddr.process(address) : undefined;
}

function readNetwork(text: string): [Address, number] | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const found = readAddress(address);
  if (found === undefined || rest.length > 0) return undefined;
  const most = found.kind() === 'ipv4' ? 32 : 128;
  if (length === undefined) return [found, most];
  const bits = Number(length);
  return /^\d{1,3}$/.test(length) && bits <= most ? [found, bits] : undefined;
}

function isIn(networks: Networks, address: Address): boolean {
  return networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** Some proxies write the port, too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  if (text.startsWith('[')) return text.slice(1).split(']', 1)[0] ?? '';
  const parts = text.split(':');
  return parts.length === 2 ? (parts[0] ?? '') : text;
}
