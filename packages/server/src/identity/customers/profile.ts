/** The signed-in person: what they see of themselves and of their organization, and may change. */
import {
  type Caller,
  type Handlers,
  type OperationRequest,
  type Operations,
  PROVIDER_ROLE_PERMISSIONS,
  type ProviderRole,
} from '@cellplane/api';
import { type Database, transaction } from '../../database/database.js';
import { badRequest, DomainError, notFound } from '../../errors.js';
import { requireLength } from './attributes.js';
import { Findings } from './fields.js';
import { type Branding, type Profile, selectProfile, updateOrganization, updateUser } from './profile-store.js';

type Change = OperationRequest<Operations['updateUser']>['body'];

/** What a portal shows of its provider. */
const BRANDING = ['orgLogoURL', 'orgFavIconURL', 'orgSupportEmail', 'orgPrivacyPolicy', 'orgTermsOfUse', 'orgCookiePolicy'] as const;
/** Roles of API keys that only read. */
const READING: readonly string[] = ['reader', 'service_reader'];

/** The caller, as they see themselves. @throws DomainError auth_failure if the user is gone */
export async function describeUser(db: Database, caller: Caller): ReturnType<Handlers['describeUser']> {
  const profile = await selectProfile(db, caller.userId);
  if (profile === undefined) throw new DomainError('auth_failure', 'no-such-user', 'This user no longer exists: sign in again.');
  const branding = profile.providerOrgId === null ? brandingOf(profile) : {};
  return {
    id: profile.id,
    email: profile.email,
    name: profile.name,
    orgId: profile.orgId,
    orgName: profile.orgName,
    kind: profile.providerOrgId === null ? 'provider' : 'customer',
    orgURL: profile.orgUrl,
    orgDescription: profile.orgDescription,
    // Of a session that was begun with an API key: the key's.
    roleType: caller.roleType,
    status: profile.status,
    enabled: profile.status === 'ACTIVE',
    createdAt: profile.createdAt.toISOString(),
    lastModifiedAt: profile.modifiedAt.toISOString(),
    attributes: profile.attributes,
    // The reference's portal offers the role of an admin of a subscription only with this flag.
    featureFlags: { CONSUMPTION_SUBSCRIPTION_ADMIN_RBAC: true },
    ...(profile.address === null ? {} : { address: profile.address as Awaited<ReturnType<Handlers['describeUser']>>['address'] }),
    ...branding,
  };
}

function brandingOf({ branding }: Profile): Branding {
  return Object.fromEntries(BRANDING.map((name) => [name, branding[name] ?? '']));
}

/** Changes one's own profile, and what one's organization says of itself. @throws DomainError not_found for somebody else's id, forbidden, bad_request */
export async function updateProfile(db: Database, caller: Caller, id: string, change: Change): Promise<void> {
  if (id !== caller.userId) throw notFound('user', id);
  if (caller.apiKeyId !== undefined && READING.includes(caller.roleType))
    throw new DomainError(
      'forbidden',
      'role-not-allowed',
      `Your API key has the role ${caller.roleType}, which only reads: sign in with your password.`,
    );
  const findings = new Findings();
  const name = change.name === undefined ? undefined : findings.name(change.name, 'name');
  const orgName = change.orgName === undefined ? undefined : findings.name(change.orgName, 'orgName');
  const url = change.orgURL === undefined ? undefined : findings.url(change.orgURL, 'orgURL');
  for (const field of ['orgLogoURL', 'orgFavIconURL'] as const) findings.url(change[field] ?? '', field);
  if (change.orgSupportEmail !== undefined && change.orgSupportEmail !== '' && !/^[^\s@<>]+@[^\s@<>]+$/.test(change.orgSupportEmail))
    findings.add('orgSupportEmail', 'invalid-format', 'must be an e-mail address');
  findings.refuse();
  if (change.orgDisablePasswordLogin === true)
    throw badRequest('password-sign-in-needed', 'Password sign-in cannot be switched off: there is no other way to sign in.', [
      { field: 'orgDisablePasswordLogin', code: 'password-sign-in-needed', message: 'must be false' },
    ]);
  const branding = Object.fromEntries(BRANDING.flatMap((field) => (change[field] === undefined ? [] : [[field, change[field]]])));
  await transaction(db, async (tx) => {
    const present = await selectProfile(tx, id);
    if (present === undefined) throw notFound('user', id);
    const organization = {
      name: orgName,
      url,
      description: change.orgDescription,
      branding,
      address: change.address as Record<string, string> | undefined,
    };
    if (changes(present, organization)) {
      const isCustomer = present.providerOrgId !== null;
      const may = isCustomer ? caller.roleType === 'root' : allowsOrganization(caller.roleType as ProviderRole);
      if (!may)
        throw new DomainError('forbidden', 'role-not-allowed', `Your role ${caller.roleType} does not allow to change the organization.`);
      if (isCustomer && Object.keys(branding).length > 0)
        throw new DomainError('forbidden', 'provider-only', `Only a provider has ${Object.keys(branding).join(', ')}.`);
      await updateOrganization(tx, present.orgId, organization);
    }
    requireLength(await updateUser(tx, id, { name, attributes: change.attributes }));
  });
}

/** A form sends the organization's members back as it got them: that is no change. */
function changes(
  present: Profile,
  {
    name,
    url,
    description,
    branding,
    address,
  }: { name: string | undefined; url: string | undefined; description: string | undefined; branding: Branding; address: unknown },
): boolean {
  const differs = (given: string | undefined, is: string) => given !== undefined && given !== is;
  return (
    differs(name, present.orgName) ||
    differs(url, present.orgUrl) ||
    differs(description, present.orgDescription) ||
    Object.entries(branding).some(([field, value]) => value !== (present.branding[field] ?? '')) ||
    (address !== undefined && JSON.stringify(address) !== JSON.stringify(present.address))
  );
}

function allowsOrganization(role: ProviderRole): boolean {
  return PROVIDER_ROLE_PERMISSIONS[role].includes('organization:write');
}
