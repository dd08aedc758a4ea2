/**
 * Who is in a provider's organization, and with which role. Whatever changes that takes turns by the organization's lock and reads the
 * roles behind it: two roots who remove each other at once leave one.
 */
import { type Caller, PROVIDER_ROLE_PERMISSIONS, type ProviderRole } from '@cellplane/api';
import type { Transaction } from '../../database/database.js';
import { DomainError, invalidState, notFound } from '../../errors.js';
import { tell } from '../../events/tell.js';
import type { Outbox } from '../../mail/outbox.js';
import { newId } from '../identifier.js';
import { lockOrganization } from '../organization-store.js';
import {
  insertInvitation,
  type InvitationRow,
  renewInvitation,
  revokeInvitations,
  selectInvitations,
  updateInvitation,
} from './invitation-store.js';
import { countOtherRoots, holdServices, removePerson, selectPerson, selectRemoved, updateRole } from './people-store.js';

/** Invitations of one organization that are open at a time. */
const MOST_INVITATIONS = 500;

interface WantedRole {
  email: string;
  roleType: ProviderRole;
  serviceIds: string[];
}

/**
 * Invites somebody; an open invitation of the address is replaced. The same once more lets the invitation, and its token, live the whole time
 * again, so that a request that is sent twice mails once.
 * @throws DomainError
 */
export async function invite(tx: Transaction, outbox: Outbox, caller: Caller, wanted: WantedRole): Promise<{ id: string; isNew: boolean }> {
  const { orgId } = caller;
  await begin(tx, caller, wanted.roleType);
  if ((await selectPerson(tx, orgId, { email: wanted.email })) !== undefined)
    throw invalidState('already-a-member', `${wanted.email} is in the organization already: change the role instead.`);
  await requireServices(tx, orgId, wanted.serviceIds);
  const open = await selectInvitations(tx, orgId);
  const before = open.find(({ email }) => email === wanted.email);
  if (before !== undefined) {
    requireMayTouch(caller, before.roleType);
    if (isSameRole(before, wanted)) {
      await renewInvitation(tx, before.id);
      return { id: before.id, isNew: false };
    }
  }
  if (open.length >= MOST_INVITATIONS)
    throw invalidState(
      'too-many-invitations',
      `${MOST_INVITATIONS} invitations are open: take some back, or wait until they are accepted or over.`,
    );
  await takeBack(tx, outbox, orgId, { email: wanted.email });
  const userId = (await selectRemoved(tx, orgId, wanted.email)) ?? newId('user');
  const id = newId('invitation');
  await insertInvitation(tx, { ...wanted, id, orgId, userId, invitedBy: caller.userId });
  await tell(tx, { kind: 'person-invited', subject: id, payload: { orgId, role: wanted.roleType, by: caller.userId } });
  return { id, isNew: true };
}

function isSameRole(one: Pick<WantedRole, 'roleType' | 'serviceIds'>, other: WantedRole): boolean {
  return one.roleType === other.roleType && one.serviceIds.toSorted().join() === other.serviceIds.toSorted().join();
}

/** Changes the role of somebody, or of an invitation. @throws DomainError */
export async function changeRole(tx: Transaction, caller: Caller, wanted: WantedRole): Promise<void> {
  const { orgId } = caller;
  await begin(tx, caller, wanted.roleType);
  await requireServices(tx, orgId, wanted.serviceIds);
  const person = await selectPerson(tx, orgId, wanted);
  if (person === undefined) {
    requireMayTouch(caller, (await invitationOfAddress(tx, orgId, wanted.email)).roleType);
    return updateInvitation(tx, { ...wanted, orgId });
  }
  requireMayTouch(caller, person.roleType);
  if (person.roleType === 'root' && wanted.roleType !== 'root') await requireAnotherRoot(tx, orgId, person.id);
  return updateRole(tx, person.id, wanted.roleType, wanted.serviceIds);
}

/** Removes somebody who has this role, or takes their invitation back. @throws DomainError */
export async function remove(
  tx: Transaction,
  outbox: Outbox,
  caller: Caller,
  { email, roleType }: Omit<WantedRole, 'serviceIds'>,
): Promise<void> {
  const { orgId } = caller;
  await begin(tx, caller);
  const person = await selectPerson(tx, orgId, { email });
  const has = person?.roleType ?? (await invitationOfAddress(tx, orgId, email)).roleType;
  requireMayTouch(caller, has);
  if (has !== roleType)
    throw invalidState('another-role', `${email} has the role ${has}, not ${roleType}: name the role that is to be revoked.`);
  if (person === undefined) return takeBack(tx, outbox, orgId, { email });
  if (has === 'root') await requireAnotherRoot(tx, orgId, person.id);
  return removePerson(tx, person.id, caller.userId);
}

/** Takes an invitation back. @throws DomainError */
export async function revokeInvitation(tx: Transaction, outbox: Outbox, caller: Caller, id: string): Promise<void> {
  await begin(tx, caller);
  const found = (await selectInvitations(tx, caller.orgId)).find((one) => one.id === id);
  if (found === undefined) throw notFound('invitation', id);
  requireMayTouch(caller, found.roleType);
  await takeBack(tx, outbox, caller.orgId, { id });
}

/** A mail with a token that is not good any more would only confuse: those that wait are withdrawn. */
async function takeBack(tx: Transaction, outbox: Outbox, orgId: string, of: { email?: string; id?: string }): Promise<void> {
  const about = await revokeInvitations(tx, orgId, of);
  await outbox.withdraw(tx, { providerOrgId: orgId, about, why: 'the invitation was taken back' });
}

/** Locks, and reads the caller's role again: it may have been taken while this request waited. */
async function begin(tx: Transaction, caller: Caller, given?: ProviderRole): Promise<void> {
  await lockOrganization(tx, caller.orgId);
  const actor = await selectPerson(tx, caller.orgId, { id: caller.userId });
  if (actor === undefined || !actor.isActive || !PROVIDER_ROLE_PERMISSIONS[actor.roleType].includes('organization:write'))
    throw new DomainError('forbidden', 'role-not-allowed', 'Your role does not allow organization:write any more.');
  if (caller.roleType === 'root' && actor.roleType !== 'root') throw onlyRoot();
  if (given !== undefined) requireMayTouch(caller, given);
}

/** Nobody but a root makes, changes or removes a root. An API key is never one. */
function requireMayTouch(caller: Caller, role: ProviderRole): void {
  if (role === 'root' && caller.roleType !== 'root') throw onlyRoot();
}

function onlyRoot(): DomainError {
  return new DomainError('forbidden', 'only-a-root', 'Only a root makes, changes or removes a root: ask one of them.');
}

async function requireAnotherRoot(tx: Transaction, orgId: string, userId: string): Promise<void> {
  if ((await countOtherRoots(tx, orgId, userId)) > 0) return;
  throw invalidState('last-root', 'This is the last root of the organization: make somebody else a root first.');
}

async function requireServices(tx: Transaction, orgId: string, ids: readonly string[]): Promise<void> {
  const known = await holdServices(tx, orgId, ids);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw notFound('service', unknown);
}

async function invitationOfAddress(tx: Transaction, orgId: string, email: string): Promise<InvitationRow> {
  const found = (await selectInvitations(tx, orgId)).find((one) => one.email === email);
  if (found === undefined) throw notFound('user', email);
  return found;
}
