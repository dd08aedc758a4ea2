/**
 * Who may use a subscription. Changes of one subscription's members take turns by its row. An invitation goes to an address, whether or not
 * somebody has it, and is taken up when that person signs in: until then nothing tells who they are, or whether they are anybody.
 */
import { SUBSCRIPTION_ROLE_PERMISSIONS, SUBSCRIPTION_ROLES, type SubscriptionRole } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { type Database, type Transaction, transaction } from '../database/database.js';
import { badRequest, DomainError, invalidState, notFound } from '../errors.js';
import { tell } from '../events/tell.js';
import { readEmail } from '../identity/email.js';
import { newId } from '../identity/identifier.js';
import { isCustomer, type Viewer } from '../identity/viewer.js';
import type { Outbox } from '../mail/outbox.js';
import {
  countInvitations,
  deleteInvitation,
  selectInvitation,
  selectInvitedInto,
  takeInvitations,
  upsertInvitation,
} from './invitation-store.js';
import { mailInvitation, type Mailing, mailRemoval, mailsToMember } from './letters.js';
import { selectMemberByEmail } from './member-list-store.js';
import { deleteMember, insertMember, selectMembership, setMemberRole } from './member-store.js';
import { isLive, lockSubscription, type Subscription } from './store.js';

/** Invitations of one subscription that wait at the same time. */
const MOST_INVITATIONS = 200;

export interface MemberChange {
  subscriptionId: string;
  email: string;
  roleType: string;
}

type Changer = Viewer & { userId: string; apiKeyId?: string };

/**
 * Invites an address, or gives a member another role. Once more is no error.
 * @throws DomainError bad_request naming the field; forbidden where only a root may; invalid_state
 */
export async function invite({ db, outbox }: Mailing, caller: Changer, { subscriptionId, ...asked }: MemberChange): Promise<void> {
  const [email, role] = [readAddress(asked.email), readRole(asked.roleType)];
  await transaction(db, async (tx) => {
    const subscription = await lockForMembers(tx, subscriptionId);
    const isRoot = await mayChangeRoots(tx, caller, subscriptionId);
    if (role === 'root' && !isRoot) throw rootsOnly(subscriptionId);
    const member = await selectMemberByEmail(tx, subscriptionId, email);
    const present = member ?? (await selectInvitation(tx, subscriptionId, email));
    if (member !== undefined && member.role !== role) refuseOwner(subscription, member.userId);
    if (present?.role === 'root' && role !== 'root' && !isRoot) throw rootsOnly(subscriptionId);
    if (member === undefined) return inviteAddress(tx, outbox, subscription, { email, role, by: caller.userId });
    if (member.role === role) return undefined;
    await setMemberRole(tx, subscriptionId, member.userId, role);
    return tell(tx, { kind: 'member-changed', subject: subscriptionId, payload: { userId: member.userId, role, by: caller.userId } });
  });
}

async function inviteAddress(
  tx: Transaction,
  outbox: Outbox,
  { id: subscriptionId, providerOrgId, planId }: Subscription,
  { email, role, by }: { email: string; role: SubscriptionRole; by: string },
): Promise<void> {
  const present = await selectInvitation(tx, subscriptionId, email);
  if (present === undefined && (await countInvitations(tx, subscriptionId)) >= MOST_INVITATIONS)
    throw invalidState(
      'too-many-invitations',
      `${MOST_INVITATIONS} invitations into ${subscriptionId} wait already. Take some back first.`,
    );
  const invitationId = await upsertInvitation(tx, { id: newId('inv'), subscriptionId, providerOrgId, email, role, by });
  await tell(tx, { kind: 'member-invited', subject: subscriptionId, payload: { invitationId, role, by } });
  // Once more, or with another role, it is the same invitation.
  if (present === undefined || present.isOver) await mailInvitation(tx, outbox, { providerOrgId, planId }, { invitationId, email, by });
}

/**
 * Takes a member's role, or an invitation, away. What the member has open ends, and their next request sees nothing.
 * @throws DomainError not_found; forbidden where only a root may; invalid_state for whoever has the subscription
 */
export async function removeMember(
  { db, outbox }: Mailing,
  caller: Changer,
  { subscriptionId, ...asked }: Omit<MemberChange, 'roleType'> & { roleType?: string | undefined },
): Promise<void> {
  const email = readAddress(asked.email);
  const role = (asked.roleType ?? '') === '' ? undefined : readRole(asked.roleType ?? '');
  await transaction(db, async (tx) => {
    const subscription = await lockForMembers(tx, subscriptionId);
    const isRoot = await mayChangeRoots(tx, caller, subscriptionId);
    const member = await selectMemberByEmail(tx, subscriptionId, email);
    const invitation = member === undefined ? await selectInvitation(tx, subscriptionId, email) : undefined;
    const found = member ?? invitation;
    if (found === undefined) throw notFound('member', email);
    if (member !== undefined) refuseOwner(subscription, member.userId);
    if (role !== undefined && found.role !== role)
      throw invalidState('role-differs', `${cut(email)} is ${found.role} of ${subscriptionId}, not ${role}. Look again, and say which.`);
    if (found.role === 'root' && !isRoot) throw rootsOnly(subscriptionId);
    if (member !== undefined) await dismiss(tx, outbox, subscription, member.userId);
    if (invitation !== undefined) await takeBack(tx, outbox, subscription, invitation.id);
    const who = member === undefined ? { invitationId: invitation?.id ?? '' } : { userId: member.userId };
    await tell(tx, { kind: 'member-removed', subject: subscriptionId, payload: { ...who, by: caller.userId } });
    if (member !== undefined && member.userId !== caller.userId)
      await mailRemoval(tx, outbox, { ...subscription, userId: member.userId }, caller.userId);
  });
}

async function dismiss(tx: Transaction, outbox: Outbox, { id, providerOrgId }: Subscription, userId: string): Promise<void> {
  await deleteMember(tx, id, userId);
  await outbox.withdraw(tx, { providerOrgId, about: [mailsToMember(id, userId)], why: 'they are a member no more' });
}

async function takeBack(tx: Transaction, outbox: Outbox, { providerOrgId }: Subscription, invitationId: string): Promise<void> {
  await deleteInvitation(tx, invitationId);
  await outbox.withdraw(tx, { providerOrgId, about: [invitationId], why: 'the invitation was taken back' });
}

/** Makes a customer a member where their address is invited. Costs one look where nothing waits. */
export async function takeUpInvitations(db: Database, userId: string): Promise<void> {
  if ((await selectInvitedInto(db, userId)).length === 0) return;
  await transaction(db, (tx) => takeUp(tx, userId));
}

/** The same in the transaction that begins a session. */
export async function takeUp(tx: Transaction, userId: string): Promise<void> {
  const invitedInto = await selectInvitedInto(tx, userId);
  if (invitedInto.length === 0) return;
  // Subscriptions before their invitations, as everybody locks them who invites or takes an invitation back.
  for (const id of invitedInto) await lockSubscription(tx, id, 'share');
  for (const { subscriptionId, role, invitedBy } of await takeInvitations(tx, userId)) {
    const subscription = await lockSubscription(tx, subscriptionId, 'share');
    if (subscription === undefined || !isLive(subscription)) continue;
    if (await insertMember(tx, { subscriptionId, userId, role, invitedBy }))
      await tell(tx, { kind: 'member-joined', subject: subscriptionId, payload: { userId, role } });
  }
}

async function lockForMembers(tx: Transaction, id: string): Promise<Subscription> {
  const subscription = await lockSubscription(tx, id, 'update');
  if (subscription === undefined) throw notFound('subscription', id);
  if (subscription.isDefault)
    throw invalidState(
      'default-subscription',
      `Subscription ${id} is the provider's own; the people of the provider use it by their roles there.`,
    );
  if (!isLive(subscription))
    throw invalidState('subscription-ended', `Subscription ${id} is ${subscription.status}; what has ended cannot be changed.`);
  return subscription;
}

/**
 * True for roots, and for the provider: they make and remove roots. An API key is never a root. The role is read behind the lock: it may
 * have been taken while this request waited.
 * @throws DomainError not_found, forbidden where the caller may not change members any more
 */
async function mayChangeRoots(tx: Transaction, caller: Changer, subscriptionId: string): Promise<boolean> {
  if (!isCustomer(caller)) return true;
  const role = await selectMembership(tx, subscriptionId, caller.userId);
  if (role === undefined) throw notFound('subscription', subscriptionId);
  if (!SUBSCRIPTION_ROLE_PERMISSIONS[role].includes('member:write'))
    throw new DomainError(
      'forbidden',
      'role-not-allowed',
      `Your role in subscription ${subscriptionId} does not allow member:write any more.`,
    );
  return role === 'root' && caller.apiKeyId === undefined;
}

function rootsOnly(subscriptionId: string): DomainError {
  return new DomainError('forbidden', 'root-only', `Only a root of subscription ${subscriptionId} may make or change a root.`);
}

function refuseOwner({ id, rootUserId }: Subscription, userId: string): void {
  if (userId === rootUserId)
    throw invalidState('root-stays', `Subscription ${id} belongs to this root, who keeps the role until the subscription ends.`);
}

function readRole(word: string): SubscriptionRole {
  const role = SUBSCRIPTION_ROLES.find((one) => one === word.trim().toLowerCase());
  if (role !== undefined) return role;
  throw badRequest('unknown-role', `Invalid request: roleType must be one of ${SUBSCRIPTION_ROLES.join(', ')}.`, [
    { field: 'roleType', message: 'is no role of a subscription' },
  ]);
}

/** An invitation to an address that nobody could sign up with would wait in vain. */
function readAddress(text: string): string {
  const email = readEmail(text);
  if (email !== undefined) return email;
  throw badRequest('invalid-email', 'Invalid request: email must be an address of ASCII characters, such as anna@example.com.', [
    { field: 'email', message: 'is no e-mail address' },
  ]);
}
