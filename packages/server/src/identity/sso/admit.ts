/**
 * Who is let in: somebody whom an identity provider has named becomes a user. Known by subject; else by a verified address, which joins the
 * account of that address or makes one. All of it in the transaction that begins the session.
 */
import { databaseTime } from '../../database/clock.js';
import type { Transaction } from '../../database/database.js';
import { badRequest, type DomainError } from '../../errors.js';
import { insertCustomer } from '../customers/account-store.js';
import { confirmAccount, tellSignUp } from '../customers/confirm.js';
import type { SignUpMode } from '../customers/deps.js';
import { forgetTokens } from '../customers/token-store.js';
import { readEmail } from '../email.js';
import { selectSecondStep } from '../factors/factor-store.js';
import { newId } from '../identifier.js';
import { lockOrganization } from '../organization-store.js';
import { acceptInvitation } from '../people/invitation-store.js';
import { holdServices, insertPerson, updateRole } from '../people/people-store.js';
import type { SessionOwner } from '../session.js';
import { type Claimed, isOfDomains } from './claims.js';
import { roleOfGroups } from './group-role.js';
import { type IdentityProviderRow, isUnchanged } from './identity-provider-store.js';
import { type HeldUser, holdByEmail, holdKnown, insertUserIdentity, markMadeBy, selectInvitationOf } from './user-identity-store.js';

/** What somebody says of themselves who gets an account. */
export interface Newcomer {
  orgName: string;
  orgUrl: string;
  orgDescription: string;
  attributes: Record<string, string>;
  /** The address that an invitation went to, if they came by one. */
  invitedEmail: string | undefined;
}

export interface Admission {
  provider: IdentityProviderRow;
  claimed: Claimed;
  newcomer: Newcomer;
  signUp: SignUpMode;
}

/** Whose session begins. @throws DomainError that says why nobody's does */
export async function admit(tx: Transaction, admission: Admission): Promise<SessionOwner> {
  const { provider, claimed } = admission;
  // Roles of people change behind this lock only, as everywhere; and it is taken before the row, as by whoever changes that.
  if (provider.audience === 'people') await lockOrganization(tx, provider.orgId);
  // Who was confirmed by what the row said before may be another person by what it says now.
  if (!(await isUnchanged(tx, provider))) throw signInOver();
  const known = await holdKnown(tx, { identityProviderId: provider.id, subject: claimed.subject });
  const user = known === undefined ? await newlyKnown(tx, admission) : await invitedAgain(tx, admission, known);
  requireInvited(admission.newcomer.invitedEmail, user.email);
  requireGood(provider, user);
  if (provider.audience === 'people') await syncRole(tx, admission, user);
  return { userId: user.id, identityProviderId: provider.id, method: 'SSO' };
}

/** The account of the address, joined or made. */
async function newlyKnown(tx: Transaction, admission: Admission): Promise<HeldUser> {
  const { provider, claimed } = admission;
  const email = verifiedEmail(provider, claimed);
  const scope = provider.audience === 'customers' ? provider.orgId : null;
  const found = await holdByEmail(tx, email, scope);
  if (found === undefined && (await makeAccount(tx, admission, email))) return requireHeld(await holdByEmail(tx, email, scope));
  // Somebody else has made the account at the same moment.
  const user = await invitedAgain(tx, admission, found ?? requireHeld(await holdByEmail(tx, email, scope)));
  requireGood(provider, user);
  await requireNoFactor(tx, provider, user);
  const identity = { identityProviderId: provider.id, subject: claimed.subject };
  // The same person may have come twice at the same moment.
  if (!(await insertUserIdentity(tx, { ...identity, userId: user.id })) && (await holdKnown(tx, identity))?.id !== user.id)
    throw refused(
      'address-of-another-person',
      `${provider.name} has given the address ${email} to another person than the one whose account it is here. Ask the provider to delete that account.`,
    );
  if (user.isVerified) return user;
  // Whatever password came with a sign-up that nobody has confirmed, it may be a stranger's.
  await forgetTokens(tx, user.id, 'verify');
  await confirmAccount(tx, user.id, '');
  return user;
}

/** One of the people who was removed comes back by an invitation. */
async function invitedAgain(tx: Transaction, { provider, claimed }: Admission, user: HeldUser): Promise<HeldUser> {
  if (!user.isRemoved || provider.audience !== 'people' || user.orgId !== provider.orgId) return user;
  if ((await selectInvitationOf(tx, provider.orgId, user.email.toLowerCase())) === undefined) return user;
  const userId = await makePerson(tx, provider, claimed, user.email);
  if (userId !== user.id) return user;
  await markMadeBy(tx, userId, provider.id);
  // With the role of the invitation.
  return requireHeld(await holdByEmail(tx, user.email.toLowerCase(), null));
}

/** False if somebody else has made it meanwhile. */
async function makeAccount(tx: Transaction, { provider, claimed, newcomer, signUp }: Admission, email: string): Promise<boolean> {
  const userId = newId('user');
  const isMade =
    provider.audience === 'people'
      ? await makePerson(tx, provider, claimed, email)
      : await makeCustomer(tx, { provider, claimed, newcomer, signUp }, email, userId);
  if (isMade === undefined) return false;
  await markMadeBy(tx, isMade, provider.id);
  return insertUserIdentity(tx, { identityProviderId: provider.id, subject: claimed.subject, userId: isMade });
}

/** The id of the user; undefined if the address has one meanwhile. */
async function makeCustomer(
  tx: Transaction,
  { provider, claimed, newcomer, signUp }: Admission,
  email: string,
  userId: string,
): Promise<string | undefined> {
  if (!provider.createsUsers) throw noAccount(provider, email);
  if (signUp !== 'open' && provider.emailDomains.length === 0)
    throw refused(
      'sign-up-closed',
      `There is no account with the address ${email}, and accounts are made by invitation: ask the provider.`,
    );
  const { orgUrl, orgDescription, attributes } = newcomer;
  const orgId = newId('org');
  const isNew = await insertCustomer(tx, {
    orgId,
    userId,
    providerOrgId: provider.orgId,
    email,
    name: claimed.name,
    orgName: newcomer.orgName === '' ? claimed.name : newcomer.orgName,
    orgUrl,
    orgDescription,
    attributes,
    passwordHash: '',
    isVerified: true,
  });
  if (!isNew) return undefined;
  await tellSignUp(tx, { userId, orgId, providerOrgId: provider.orgId });
  return userId;
}

/** As `makeCustomer`. An invitation says role and products; without one the groups do. */
async function makePerson(tx: Transaction, provider: IdentityProviderRow, claimed: Claimed, email: string): Promise<string | undefined> {
  const open = await selectInvitationOf(tx, provider.orgId, email);
  const invited = open === undefined ? undefined : await acceptInvitation(tx, open.id);
  if (invited === undefined && !provider.createsUsers) throw noAccount(provider, email);
  const roleType = invited?.roleType ?? roleOfGroups(provider, claimed.groups);
  if (roleType === undefined) throw noRole(provider);
  const row = { id: invited?.userId ?? newId('user'), orgId: provider.orgId, email, name: claimed.name, passwordHash: '', roleType };
  if (!(await insertPerson(tx, { ...row, invitedAt: invited?.createdAt ?? (await databaseTime(tx)) }))) return undefined;
  await updateRole(tx, row.id, roleType, invited === undefined ? [] : await holdServices(tx, provider.orgId, invited.serviceIds));
  return row.id;
}

/** Where groups give roles, they do so at each sign-in. A root stays one: only a root changes that. */
async function syncRole(tx: Transaction, { provider, claimed }: Admission, user: HeldUser): Promise<void> {
  if (user.roleType === 'root' || Object.keys(provider.groupRoles).length === 0) return;
  const role = roleOfGroups(provider, claimed.groups);
  if (role === undefined) throw noRole(provider);
  if (role !== user.roleType) await updateRole(tx, user.id, role, []);
}

function verifiedEmail(provider: IdentityProviderRow, { email, isEmailVerified }: Claimed): string {
  if (email === undefined)
    throw refused(
      'no-email',
      `${provider.name} has told no e-mail address that an account can have: one of ASCII characters. Ask for the scope that holds it.`,
    );
  if (!isOfDomains(provider, email)) throw wrongDomain(provider, email);
  if (!isEmailVerified)
    throw refused(
      'email-not-verified',
      `${provider.name} does not say that ${email} is verified. Verify the address there, or ask the provider to trust the addresses of its domains (trustEmail).`,
    );
  return email;
}

/** What holds at every sign-in, however the account was found. */
function requireGood(provider: IdentityProviderRow, user: HeldUser): void {
  const isOurs =
    provider.audience === 'customers'
      ? user.providerOrgId === provider.orgId
      : user.providerOrgId === null && user.orgId === provider.orgId;
  if (!isOurs) throw refused('no-account', `The address ${user.email} is another organization's: sign in there.`);
  if (user.isRemoved) throw refused('account-removed', `${user.email} was removed from the organization: ask for a new invitation.`);
  if (user.isSuspended) throw refused('account-suspended', `The account ${user.email} is suspended: ask the provider.`);
  const email = readEmail(user.email);
  if (email === undefined || !isOfDomains(provider, email)) throw wrongDomain(provider, user.email);
}

/**
 * Whoever reads somebody's mail can prove the address to an identity provider, too: against them the account has its second factor, and
 * nobody is joined with it by the address. The user is held.
 */
async function requireNoFactor(tx: Transaction, { name }: IdentityProviderRow, { id, email }: HeldUser): Promise<void> {
  if ((await selectSecondStep(tx, id)).kinds.length === 0) return;
  throw refused(
    'second-factor-there',
    `The account ${email} has a second factor, and ${name} has not signed it in before. Sign in with the password, remove the second factors ("cellplane factor remove"), and sign in with ${name}. Then add them again.`,
  );
}

function requireInvited(invitedEmail: string | undefined, email: string): void {
  if (invitedEmail === undefined || readEmail(invitedEmail) === email.toLowerCase()) return;
  throw refused('another-address-invited', `The invitation is for another address than ${email}: sign in with that one.`);
}

function requireHeld(user: HeldUser | undefined): HeldUser {
  if (user === undefined) throw signInOver();
  return user;
}

function wrongDomain({ name }: IdentityProviderRow, email: string): DomainError {
  return refused(
    'email-domain-not-allowed',
    `${name} signs nobody in with the address ${email}: its domain is not one of those that it is for.`,
  );
}

function noAccount({ name }: IdentityProviderRow, email: string): DomainError {
  return refused('no-account', `There is no account with the address ${email}, and ${name} makes none: ask the provider for one.`);
}

function noRole({ name }: IdentityProviderRow): DomainError {
  return refused('no-role', `None of your groups at ${name} has a role here: ask a root or admin of the organization.`);
}

/** The answer for whatever is not, or no longer, a sign-in of ours. */
export function signInOver(): DomainError {
  return refused('sign-in-over', 'This sign-in is unknown, used or too old: begin again.');
}

/** 400: the reference's clients show the text of it. */
function refused(code: string, message: string): DomainError {
  return badRequest(code, message);
}
