/** Names of domains, as they may be asked for. Pure. */
import { addressOf } from '@cellplane/plan';
import { badRequest } from '../errors.js';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const MOST_CHARACTERS = 253;

/** The name in small letters, without a dot at the end. @throws DomainError bad_request for what is no name of the internet */
export function readDomain(text: string): string {
  const name = text.trim().toLowerCase().replace(/\.$/, '');
  const labels = name.split('.');
  const isName = name.length <= MOST_CHARACTERS - CHALLENGE.length && labels.length > 1 && labels.every((label) => LABEL.test(label));
  // A last label of digits would be read as an address.
  if (isName && !/^\d+$/.test(labels.at(-1) ?? '') && addressOf(name) === undefined) return name;
  const message = 'must be a domain name in ASCII letters, digits and hyphens, such as portal.example.com';
  throw badRequest('invalid-domain', `Invalid request: customDomain ${message}.`, [
    { field: 'customDomain', code: 'invalid-format', message },
  ]);
}

/** In front of the domain: where its owner writes the challenge. */
export const CHALLENGE = '_cellplane.';

/** What the TXT record says. */
export function challengeText(token: string): string {
  return `cellplane-domain=${token}`;
}

/** Records that make the domain ready. An owner who cannot have a CNAME, at the top of a zone, has addresses and the TXT record. */
export function recordsFor({ domain, challenge }: { domain: string; challenge: string }, endpoint: string | undefined) {
  return [
    ...(endpoint === undefined ? [] : [{ type: 'CNAME', name: domain, value: endpoint }]),
    { type: 'TXT', name: `${CHALLENGE}${domain}`, value: challengeText(challenge) },
  ];
}
