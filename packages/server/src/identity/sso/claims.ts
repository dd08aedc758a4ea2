/** What an identity provider says of a person, in our words. Pure. */
import { readEmail } from '../email.js';
import type { IdentityProviderFields } from './identity-provider.js';

/** Somebody who has proven to an identity provider who they are. */
export interface Claimed {
  /** Who they are there; never another person's. */
  subject: string;
  /** In small letters; undefined: none, or one that accounts cannot have. */
  email: string | undefined;
  /** True only if the address is surely theirs. */
  isEmailVerified: boolean;
  name: string;
  groups: string[];
}

/** RFC: a subject has 255 ASCII characters. */
const LONGEST_SUBJECT = 255;
const LONGEST_NAME = 100;
const MOST_GROUPS = 1_000;

type Trusting = Pick<IdentityProviderFields, 'type' | 'emailDomains' | 'trustsEmail' | 'groupsClaim'>;

/** Reads claims of an ID token and of the user's information. Undefined: there is no subject that could be kept. */
export function readClaims(provider: Trusting, claims: Readonly<Record<string, unknown>>): Claimed | undefined {
  const { sub } = claims;
  if (typeof sub !== 'string' || sub === '' || sub.length > LONGEST_SUBJECT || !/^[\x20-\x7e]+$/.test(sub)) return undefined;
  const email = typeof claims['email'] === 'string' ? readEmail(claims['email']) : undefined;
  return {
    subject: sub,
    email,
    isEmailVerified: email !== undefined && isVerified(provider, email, claims),
    name: nameOf(claims, email),
    groups: groupsOf(claims[provider.groupsClaim]),
  };
}

/** The domain of an address. */
function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

/** True if people with this address may come from there. */
export function isOfDomains({ emailDomains }: Pick<IdentityProviderFields, 'emailDomains'>, email: string): boolean {
  return emailDomains.length === 0 || emailDomains.includes(domainOf(email));
}

/**
 * Whoever says that an address is not verified is believed. Who says nothing is believed for the domains that somebody has named, if
 * somebody has said so. In Entra anybody writes any address into their own directory: there only the claim counts that Microsoft has
 * checked who owns the domain.
 */
function isVerified(provider: Trusting, email: string, claims: Readonly<Record<string, unknown>>): boolean {
  const said = claims[provider.type === 'Microsoft Entra' ? 'xms_edov' : 'email_verified'];
  if (said !== undefined && said !== null) return said === true || said === 1 || said === 'true' || said === '1';
  return provider.trustsEmail && provider.emailDomains.includes(domainOf(email));
}

function nameOf({ name, preferred_username: username }: Readonly<Record<string, unknown>>, email: string | undefined): string {
  const found = [name, username, email?.split('@')[0]].find((one): one is string => typeof one === 'string' && one.trim() !== '');
  const plain = (found ?? '').replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, ' ').trim();
  return Array.from(plain).slice(0, LONGEST_NAME).join('') || 'Unnamed';
}

/** A list of names, one name, or (Keycloak's roles, Auth0's rules) names separated by commas. */
function groupsOf(claim: unknown): string[] {
  const list: unknown[] = Array.isArray(claim) ? claim : typeof claim === 'string' ? claim.split(',').map((one) => one.trim()) : [];
  return list.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, MOST_GROUPS);
}
