/**
 * Whether a domain leads to the portal. A CNAME to the portal's host is its owner's word and the way at once, unless somebody else here names
 * the domain: then the TXT record says whose it is. At the top of a zone, where there can be no CNAME, the TXT record is the word, and the
 * addresses must be those of the portal.
 */
import { messageOf } from '../errors.js';
import { CHALLENGE, challengeText } from './domain-name.js';
import type { Resolver } from './resolver.js';

export interface Verdict {
  status: 'PENDING' | 'READY' | 'UNKNOWN';
  /** A sentence: what was found. */
  finding: string;
}

/** Never rejects: where no name server answers, nothing is known. */
export async function verifyDomain(
  resolver: Resolver,
  { domain, challenge, isContested }: { domain: string; challenge: string; isContested: boolean },
  endpoint: string | undefined,
): Promise<Verdict> {
  if (endpoint === undefined)
    return { status: 'PENDING', finding: 'CELLPLANE_PORTAL_URL is not set: there is no portal that the domain could lead to.' };
  try {
    const names = (await resolver.cname(domain)).map(plain);
    const isLed = names.includes(plain(endpoint));
    if (isLed && !isContested) return { status: 'READY', finding: `${domain} is a CNAME of ${endpoint}.` };
    const texts = await resolver.txt(`${CHALLENGE}${domain}`);
    const leads = names.length === 0 ? '' : ` ${domain} is a CNAME of ${names.join(', ').slice(0, 300)}, not of ${endpoint}.`;
    const isOwned = texts.some((text) => text.trim() === challengeText(challenge));
    if (isLed && isOwned) return { status: 'READY', finding: `${domain} is a CNAME of ${endpoint}, and the TXT record is there.` };
    if (isLed)
      return {
        status: 'PENDING',
        finding: 'Another provider of this installation names the domain, too: the TXT record says whose it is.',
      };
    if (!isOwned)
      return {
        status: 'PENDING',
        finding: `There is no CNAME record of ${domain} with the value ${endpoint}, nor the TXT record.${leads}`,
      };
    const [own, portal] = [await resolver.addresses(domain), new Set(await resolver.addresses(endpoint))];
    if (own.length > 0 && own.every((address) => portal.has(address)))
      return { status: 'READY', finding: `The TXT record is there, and ${domain} stands at the addresses of ${endpoint}.` };
    return { status: 'PENDING', finding: `The TXT record is there, but ${domain} does not lead to ${endpoint}.${leads}` };
  } catch (error) {
    return { status: 'UNKNOWN', finding: `DNS could not be asked about ${domain}: ${messageOf(error)}.` };
  }
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
