/** The site that passkeys are made for: browsers use a passkey on it and nowhere else. Pure. */

export interface RelyingParty {
  /** The domain: passkeys are for it and for what is below it. Another one makes all passkeys useless. */
  id: string;
  /** Addresses of the pages that may ask for passkeys. */
  origins: readonly string[];
}

/** Where browsers allow passkeys without TLS. */
const LOCAL = 'localhost';

/**
 * The site by what was set: origins separated by commas, and a domain. Without them the machine's own `localhost`. A text instead of a
 * site says what is wrong.
 */
export function readRelyingParty(set: { origins?: string | undefined; id?: string | undefined }, port: number): RelyingParty | string {
  const given = (set.origins ?? '').split(',').map((one) => one.trim());
  const origins = given.filter((one) => one !== '').map((one) => one.replace(/\/$/, '').toLowerCase());
  const wrong = origins.find((one) => !isOrigin(one));
  if (wrong !== undefined)
    return `CELLPLANE_PASSKEY_ORIGINS has "${wrong}"; write https://console.acme.example, several separated by commas. http:// is for localhost alone.`;
  if (origins.length === 0) origins.push(`http://${LOCAL}:${port}`);
  const hosts = origins.map((one) => new URL(one).hostname);
  const id = set.id?.toLowerCase() ?? hosts[0] ?? LOCAL;
  if (id !== LOCAL && !/^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(id))
    return `CELLPLANE_PASSKEY_DOMAIN is "${id}"; write a domain such as acme.example.`;
  const outside = hosts.find((host) => host !== id && !host.endsWith(`.${id}`));
  if (outside !== undefined)
    return `CELLPLANE_PASSKEY_ORIGINS has the host ${outside}, which is not in the domain ${id}; set CELLPLANE_PASSKEY_DOMAIN to the domain that all of them are in.`;
  return { id, origins };
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin, hostname } = new URL(text);
  const isNamed = !/^\[|^\d+\.\d+\.\d+\.\d+$/.test(hostname);
  return origin === text && isNamed && (protocol === 'https:' || (protocol === 'http:' && hostname === LOCAL));
}
