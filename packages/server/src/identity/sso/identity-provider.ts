/** An identity provider as requests describe it: read, or refused by name. Pure. */
import { ENVIRONMENT_TYPES } from '@cellplane/api';
import { cut, MASK } from '@cellplane/plan';
import { hostFault } from '../../outgoing/guarded-lookup.js';
import { Findings } from '../customers/fields.js';
import { readEmail } from '../email.js';
import { type GroupRoles, SSO_ROLES, type SsoRole } from './group-role.js';
import { type IdentityProviderType, isOfEveryTenant, PRESETS, typeOf } from './presets.js';
import { readRedirectUrl } from './redirect.js';
import { knownEnvironmentType } from '../../request-text/environment-type.js';

/** Whom an identity provider lets in: its organization's customers, or its own people. */
export const SSO_AUDIENCES = ['customers', 'people'] as const;
export type SsoAudience = (typeof SSO_AUDIENCES)[number];

/** What a request says of an identity provider. */
export interface Described {
  identityProviderName?: string | undefined;
  name?: string | undefined;
  signsIn?: string | undefined;
  issuer?: string | undefined;
  authorizationEndpoint?: string | undefined;
  tokenEndpoint?: string | undefined;
  userInfoEndpoint?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  scopes?: string | undefined;
  emailIdentifiers?: string | undefined;
  environmentType?: string | undefined;
  loginButtonText?: string | undefined;
  loginButtonIconUrl?: string | undefined;
  redirectUrls?: string[] | undefined;
  createUsers?: boolean | undefined;
  trustEmail?: boolean | undefined;
  groupsClaim?: string | undefined;
  groupRoles?: Record<string, string> | undefined;
  defaultRole?: string | undefined;
  disabled?: boolean | undefined;
}

/** Without id, times and the secret, which is sealed. */
export interface IdentityProviderFields {
  type: IdentityProviderType;
  name: string;
  audience: SsoAudience;
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userInfoEndpoint: string;
  clientId: string;
  scopes: string;
  emailDomains: string[];
  environmentType: (typeof ENVIRONMENT_TYPES)[number] | null;
  buttonText: string;
  buttonIconUrl: string;
  redirectUrls: string[];
  createsUsers: boolean;
  trustsEmail: boolean;
  groupsClaim: string;
  groupRoles: GroupRoles;
  defaultRole: SsoRole | null;
  isDisabled: boolean;
}

const MOST_DOMAINS = 100;
const MOST_REDIRECTS = 20;
const MOST_GROUPS = 200;
const LONGEST_SECRET = 4_096;

/**
 * The identity provider that a request describes; what it does not say stays as it was. The secret is undefined where it stays.
 * @throws DomainError bad_request that names every wrong field
 */
export function readIdentityProvider(
  body: Described,
  { former, arePrivateAllowed }: { former?: IdentityProviderFields; arePrivateAllowed: boolean },
): { fields: IdentityProviderFields; clientSecret: string | undefined } {
  const findings = new Findings();
  const type = former?.type ?? readType(findings, body.identityProviderName ?? '');
  const name = body.name ?? former?.name ?? type;
  const fields: IdentityProviderFields = {
    type,
    name: findings.name(name, 'name'),
    audience: oneOf(findings, SSO_AUDIENCES, body.signsIn, 'signsIn') ?? former?.audience ?? 'customers',
    ...readAddresses(findings, type, body, { former, arePrivateAllowed }),
    clientId: findings.name(body.clientId ?? former?.clientId ?? '', 'clientId'),
    scopes: readScopes(findings, type, body.scopes) ?? former?.scopes ?? PRESETS[type].scopes,
    emailDomains: readDomains(findings, body.emailIdentifiers) ?? former?.emailDomains ?? [],
    environmentType: readEnvironment(findings, body.environmentType) ?? former?.environmentType ?? null,
    buttonText:
      body.loginButtonText === undefined
        ? (former?.buttonText ?? `Sign in with ${name}`)
        : text(findings, body.loginButtonText, 'loginButtonText'),
    buttonIconUrl: findings.url(body.loginButtonIconUrl ?? former?.buttonIconUrl ?? '', 'loginButtonIconUrl'),
    redirectUrls: readRedirects(findings, body.redirectUrls) ?? former?.redirectUrls ?? [],
    createsUsers: body.createUsers ?? former?.createsUsers ?? true,
    trustsEmail: body.trustEmail ?? former?.trustsEmail ?? false,
    groupsClaim: text(findings, body.groupsClaim ?? former?.groupsClaim ?? 'groups', 'groupsClaim'),
    groupRoles: readGroupRoles(findings, body.groupRoles) ?? former?.groupRoles ?? {},
    defaultRole:
      body.defaultRole === '' ? null : (oneOf(findings, SSO_ROLES, body.defaultRole, 'defaultRole') ?? former?.defaultRole ?? null),
    isDisabled: body.disabled ?? former?.isDisabled ?? false,
  };
  const clientSecret = body.clientSecret === MASK && former !== undefined ? undefined : body.clientSecret;
  if (clientSecret === undefined ? former === undefined : clientSecret === '' || clientSecret.length > LONGEST_SECRET)
    findings.add(
      'clientSecret',
      'invalid-length',
      `must be the secret that the identity provider has given: 1 to ${LONGEST_SECRET} characters`,
    );
  checkTogether(findings, fields);
  if (former !== undefined && clientSecret === undefined && standsElsewhere(former, fields))
    findings.add(
      'clientSecret',
      'secret-needed',
      'must be given again where the addresses of the identity provider change: it would be sent to another server',
    );
  findings.refuse();
  return { fields, clientSecret };
}

/** What only counts together with something else. */
function checkTogether(findings: Findings, { audience, emailDomains, trustsEmail, groupRoles, defaultRole }: IdentityProviderFields): void {
  if (emailDomains.length === 0 && trustsEmail)
    findings.add('trustEmail', 'domains-needed', 'needs emailIdentifiers: the domains whose addresses the identity provider answers for');
  if (emailDomains.length === 0 && audience === 'people')
    findings.add(
      'emailIdentifiers',
      'domains-needed',
      'must name the domains of your people: an identity provider with signsIn people lets nobody else in',
    );
  if (audience === 'customers' && (defaultRole !== null || Object.keys(groupRoles).length > 0))
    findings.add(
      'groupRoles',
      'people-only',
      'and defaultRole are for signsIn people: customers are the roots of organizations of their own',
    );
}

/**
 * True if what is said of people means others than before: other servers are asked, or Entra is asked by another client, to each of which it
 * calls people by subjects of their own.
 */
export function standsElsewhere(former: Asked, now: Asked): boolean {
  return serversOf(former) !== serversOf(now) || (now.type === 'Microsoft Entra' && former.clientId !== now.clientId);
}

function serversOf({ issuer, authorizationEndpoint, tokenEndpoint, userInfoEndpoint }: Addresses): string {
  return JSON.stringify([issuer, authorizationEndpoint, tokenEndpoint, userInfoEndpoint]);
}

function readType(findings: Findings, given: string): IdentityProviderType {
  const type = typeOf(given);
  if (type === undefined) findings.add('identityProviderName', 'invalid-enum-value', `must be one of ${Object.keys(PRESETS).join(', ')}`);
  return type ?? 'OIDC';
}

type Asked = Addresses & Pick<IdentityProviderFields, 'type' | 'clientId'>;
type Addresses = Pick<IdentityProviderFields, 'issuer' | 'authorizationEndpoint' | 'tokenEndpoint' | 'userInfoEndpoint'>;

function readAddresses(
  findings: Findings,
  type: IdentityProviderType,
  body: Described,
  { former, arePrivateAllowed }: { former: IdentityProviderFields | undefined; arePrivateAllowed: boolean },
): Addresses {
  const preset = PRESETS[type];
  const read = (field: 'issuer' | keyof Addresses, usual = '') => {
    const given = (body[field] ?? former?.[field] ?? usual).trim();
    if (given !== '') checkServer(findings, given, field, arePrivateAllowed);
    return given;
  };
  const endpoints = {
    authorizationEndpoint: read('authorizationEndpoint', preset.endpoints?.authorizationEndpoint),
    tokenEndpoint: read('tokenEndpoint', preset.endpoints?.tokenEndpoint),
    userInfoEndpoint: read('userInfoEndpoint', preset.endpoints?.userInfoEndpoint),
  };
  if (preset.endpoints !== undefined) return { ...endpoints, issuer: '' };
  if (preset.issuer !== undefined) return { ...endpoints, issuer: preset.issuer };
  const issuer = read('issuer', preset.issuerOf?.(endpoints.authorizationEndpoint));
  if (issuer === '') findings.add('issuer', 'missing-field', `must be the issuer of the identity provider, such as ${preset.example}`);
  if (isOfEveryTenant(issuer))
    findings.add(
      'issuer',
      'every-tenant',
      `must name your own tenant: ${preset.example}; with the shared one anybody's directory could vouch for your people`,
    );
  return { ...endpoints, issuer };
}

function checkServer(findings: Findings, given: string, field: string, arePrivateAllowed: boolean): void {
  const url = given.length <= 2_048 && URL.canParse(given) ? new URL(given) : undefined;
  if (
    url === undefined ||
    (url.protocol !== 'https:' && url.protocol !== 'http:') ||
    url.username !== '' ||
    url.password !== '' ||
    url.hash !== ''
  )
    return findings.add(field, 'invalid-format', 'must be an https:// address without user and fragment');
  if (arePrivateAllowed) return undefined;
  if (url.protocol === 'http:') return findings.add(field, 'invalid-format', 'must begin with https://');
  const fault = hostFault(url.hostname, 'CELLPLANE_SSO_PRIVATE_ADDRESSES');
  return fault === undefined
    ? undefined
    : findings.add(field, 'target-not-public', `stands where nothing is asked: ${fault.replace(/\.$/, '')}`);
}

/** OpenID Connect needs its scope, and an account needs an address. */
function readScopes(findings: Findings, type: IdentityProviderType, given: string | undefined): string | undefined {
  if (given === undefined || given.trim() === '') return undefined;
  const scopes = given.trim().split(/[\s,]+/);
  if (!PRESETS[type].supportsCustomScopes) return PRESETS[type].scopes;
  if (given.length > 1_000 || !scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)))
    findings.add('scopes', 'invalid-format', 'must be names of scopes, separated by blanks');
  return [...new Set(['openid', ...scopes])].join(' ');
}

/** Domains of addresses, separated by commas or blanks; `@` in front is allowed. Empty: all. */
function readDomains(findings: Findings, given: string | undefined): string[] | undefined {
  if (given === undefined) return undefined;
  const domains = [
    ...new Set(
      given
        .toLowerCase()
        .split(/[\s,;]+/)
        .map((one) => one.replace(/^@/, ''))
        .filter((one) => one !== ''),
    ),
  ];
  const wrong = domains.find((domain) => readEmail(`a@${domain}`) === undefined || !domain.includes('.'));
  if (wrong !== undefined)
    findings.add('emailIdentifiers', 'invalid-format', `has "${cut(wrong)}", which is no domain of ASCII characters, such as example.com`);
  if (domains.length > MOST_DOMAINS) findings.add('emailIdentifiers', 'invalid-length', `may name ${MOST_DOMAINS} domains`);
  return domains;
}

function readEnvironment(findings: Findings, given: string | undefined): IdentityProviderFields['environmentType'] | undefined {
  if (given === undefined || given.trim() === '') return undefined;
  const found = knownEnvironmentType(given);
  if (found === undefined) findings.add('environmentType', 'unknown-environment-type', `must be one of ${ENVIRONMENT_TYPES.join(', ')}`);
  return found;
}

function readRedirects(findings: Findings, given: string[] | undefined): string[] | undefined {
  if (given === undefined) return undefined;
  if (given.length > MOST_REDIRECTS) findings.add('redirectUrls', 'invalid-length', `may hold ${MOST_REDIRECTS} addresses`);
  return given.map((url) => readRedirectUrl(url.trim(), 'redirectUrls'));
}

function readGroupRoles(findings: Findings, given: Record<string, string> | undefined): GroupRoles | undefined {
  if (given === undefined) return undefined;
  const entries = Object.entries(given);
  if (entries.length > MOST_GROUPS) findings.add('groupRoles', 'invalid-length', `may name ${MOST_GROUPS} groups`);
  const roles = entries.flatMap(([group, role]) => {
    const known = oneOf(findings, SSO_ROLES, role, `groupRoles.${cut(group)}`);
    return known === undefined ? [] : [[group, known] as const];
  });
  return Object.fromEntries(roles);
}

function oneOf<T extends string>(findings: Findings, known: readonly T[], given: string | undefined, field: string): T | undefined {
  if (given === undefined) return undefined;
  const found = known.find((one) => one === given.trim().toLowerCase());
  if (found === undefined) findings.add(field, 'invalid-enum-value', `must be one of ${known.join(', ')}`);
  return found;
}

/** Short, and on one line. */
function text(findings: Findings, given: string, field: string): string {
  if (given.length > 200 || /\p{Cc}/u.test(given)) findings.add(field, 'invalid-length', 'may have 200 characters, on one line');
  return given.trim();
}
