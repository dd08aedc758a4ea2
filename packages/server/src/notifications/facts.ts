/**
 * Which notice an event makes. One function for each kind of event that anybody may want to hear of: a new kind is one more member, and the
 * follower then reads it.
 */
import { cut } from '@cellplane/plan';
import type { EventKind, EventPayloads, StoredEvent } from '../events/event.js';
import type { Transaction } from '../database/database.js';
import { INSTANCE_EVENT_TYPES, type InstanceEventType } from '../instances/instance-event-store.js';
import type { NoticeSubject, NoticeType } from './notice.js';
import {
  type InstanceSubject,
  organizationSubject,
  selectAccountFacts,
  selectBudgetName,
  selectInvitedAddress,
  selectNotedMessage,
  selectPlanSubject,
  selectSnapshotMessage,
  selectSubscriptionSubject,
  selectUpgradePathSubject,
} from './subject-store.js';

/** What an event says to people: its type, what it is about, and the facts that the message carries. No secrets. */
export interface Fact {
  type: NoticeType;
  subject: NoticeSubject;
  payload: Record<string, unknown>;
}

/** The instance that an event is about, read once for all that ask. */
export type AboutInstance = () => Promise<InstanceSubject | undefined>;

type Reader<K extends EventKind> = (
  tx: Transaction,
  event: { subject: string; payload: EventPayloads[K] },
  about: AboutInstance,
) => Promise<Fact | undefined>;

const FAILED: Record<string, NoticeType> = {
  create: 'FailedDeployment',
  restore: 'FailedDeployment',
  modify: 'FailedUpdate',
  upgrade: 'FailedUpdate',
  delete: 'FailedDelete',
};
const SUCCEEDED: Record<string, NoticeType> = {
  create: 'InstanceDeployed',
  restore: 'InstanceDeployed',
  delete: 'InstanceDeleted',
  addCapacity: 'ScaleOut',
  removeCapacity: 'ScaleIn',
};
/** Their failure has a notice of its own, or is tried again by itself. */
export const OF_SNAPSHOTS = new Set(['backup', 'deleteBackup']);

/** Characters of a reason in a message. */
export const LONGEST_REASON = 1_000;

function isNoted(type: string): type is InstanceEventType {
  return (INSTANCE_EVENT_TYPES as readonly string[]).includes(type);
}

function quotaReader(type: 'QuotaNear' | 'QuotaReached'): Reader<'quota-near' | 'quota-reached'> {
  return async (tx, { subject: subscriptionId, payload: { orgId, limit, instances } }) => {
    const subject = await selectSubscriptionSubject(tx, subscriptionId);
    const reason = `Subscription ${subscriptionId} has ${instances} of ${limit} instances.`;
    return subject === undefined ? undefined : { type, subject, payload: { reason, subscriptionId, orgId, limit, instances } };
  };
}

/** Customers' budgets are theirs alone: a provider's people hear of those of their own organization's subscriptions. */
function budgetReader(type: 'BudgetReached' | 'BudgetExpected'): Reader<'budget-reached' | 'budget-expected'> {
  return async (tx, { subject: budgetId, payload }) => {
    const { subscriptionId, orgId, providerOrgId, month, amount, spent } = payload;
    if (orgId !== providerOrgId) return undefined;
    const [subject, name] = [await selectSubscriptionSubject(tx, subscriptionId), await selectBudgetName(tx, budgetId)];
    if (subject === undefined || name === undefined) return undefined;
    const more = 'percent' in payload ? { percent: payload.percent } : { expected: payload.expected };
    const reason = `Budget ${name}: ${spent.toFixed(2)} of ${amount.toFixed(2)} are spent in ${month.slice(0, 7)}${
      'expected' in payload ? `, and ${payload.expected.toFixed(2)} are expected` : ''
    }.`;
    return { type, subject, payload: { reason, budgetId, subscriptionId, month, amount, spent, ...more } };
  };
}

/** What has become of an upgrade path, and what it says of it by now. */
async function upgradeFact(tx: Transaction, type: NoticeType, id: string, payload: Record<string, unknown>): Promise<Fact | undefined> {
  const found = await selectUpgradePathSubject(tx, id);
  if (found === undefined) return undefined;
  const { statusMessage, sourceVersion, ...subject } = found;
  const reason = statusMessage === '' ? {} : { reason: cut(statusMessage, LONGEST_REASON) };
  return { type, subject, payload: { upgradePathId: id, sourceVersion, targetVersion: subject.planVersion, ...payload, ...reason } };
}

const readers: { [K in EventKind]?: Reader<K> } = {
  'operation-ended': async (_tx, { payload: { operationId, operation, outcome } }, about) => {
    if (outcome === 'cancelled' || OF_SNAPSHOTS.has(operation)) return undefined;
    const type = outcome === 'failed' ? (FAILED[operation] ?? 'FailedOperation') : SUCCEEDED[operation];
    if (type === undefined) return undefined;
    const found = await about();
    if (found === undefined) return undefined;
    const { status, statusMessage, orgId, subscriptionId, ...subject } = found;
    const reason = outcome === 'failed' && statusMessage !== '' ? { reason: cut(statusMessage, LONGEST_REASON) } : {};
    return { type, subject, payload: { operation, operationId, outcome, instanceStatus: status, ...reason, orgId, subscriptionId } };
  },
  // An operation that fails says so itself: this is what becomes unhealthy by itself.
  'instance-status-changed': async (_tx, { payload: { status, before } }, about) => {
    if (status !== 'FAILED' || before !== 'RUNNING') return undefined;
    const found = await about();
    if (found === undefined) return undefined;
    const { status: _now, statusMessage, orgId, subscriptionId, ...subject } = found;
    const reason = statusMessage === '' ? {} : { reason: cut(statusMessage, LONGEST_REASON) };
    return { type: 'UnhealthyInstance', subject, payload: { status, before, ...reason, orgId, subscriptionId } };
  },
  // Each of these types is a type of notice by the same name.
  'instance-noted': async (tx, { subject: id, payload: { type } }, about) => {
    if (!isNoted(type)) return undefined;
    const found = await about();
    if (found === undefined) return undefined;
    const { status, statusMessage: _message, orgId, subscriptionId, ...subject } = found;
    const message = await selectNotedMessage(tx, id, type);
    const reason = message === undefined || message === '' ? {} : { reason: cut(message, LONGEST_REASON) };
    return { type, subject, payload: { instanceStatus: status, ...reason, orgId, subscriptionId } };
  },
  'snapshot-failed': async (tx, { payload: { snapshotId, origin } }, about) => {
    const found = await about();
    if (found === undefined) return undefined;
    const { status, statusMessage: _message, orgId, subscriptionId, ...subject } = found;
    const message = await selectSnapshotMessage(tx, snapshotId);
    const reason = message === undefined || message === '' ? {} : { reason: cut(message, LONGEST_REASON) };
    return { type: 'FailedBackup', subject, payload: { snapshotId, origin, instanceStatus: status, ...reason, orgId, subscriptionId } };
  },
  'plan-version-released': async (tx, { subject: id, payload: { version, by } }) => {
    const subject = await selectPlanSubject(tx, id);
    return subject === undefined
      ? undefined
      : { type: 'PlanVersionReleased', subject: { ...subject, planVersion: version }, payload: { version, by } };
  },
  'upgrade-path-started': async (tx, { subject: id }) => upgradeFact(tx, 'UpgradePathStarted', id, {}),
  'upgrade-path-halted': async (tx, { subject: id, payload: { wave } }) => upgradeFact(tx, 'UpgradePathHalted', id, { wave }),
  'upgrade-path-ended': async (tx, { subject: id, payload: { outcome } }) =>
    upgradeFact(tx, outcome === 'FAILED' ? 'UpgradePathFailed' : 'UpgradePathEnded', id, { outcome }),
  'user-signed-up': async (tx, { subject: userId, payload: { orgId, providerOrgId } }) => {
    const account = await selectAccountFacts(tx, userId);
    return account === undefined
      ? undefined
      : { type: 'UserSignUp', subject: organizationSubject(providerOrgId), payload: { userId, orgId, ...account } };
  },
  'person-invited': async (tx, { subject: invitationId, payload: { orgId, role, by } }) => {
    const email = await selectInvitedAddress(tx, invitationId);
    return email === undefined
      ? undefined
      : { type: 'InviteUser', subject: organizationSubject(orgId), payload: { invitationId, email, role, by } };
  },
  'member-invited': async (tx, { subject: subscriptionId, payload: { invitationId, role, by } }) => {
    const subject = await selectSubscriptionSubject(tx, subscriptionId);
    // Who has taken it up since is a member, and no invitation.
    const email = await selectInvitedAddress(tx, invitationId);
    return subject === undefined
      ? undefined
      : {
          type: 'InviteUser',
          subject,
          payload: { subscriptionId, invitationId, ...(email === undefined ? {} : { email }), role, by },
        };
  },
  'quota-near': quotaReader('QuotaNear'),
  'quota-reached': quotaReader('QuotaReached'),
  'budget-reached': budgetReader('BudgetReached'),
  'budget-expected': budgetReader('BudgetExpected'),
  'subscription-made': async (tx, { subject: id, payload: { orgId } }) => {
    const subject = await selectSubscriptionSubject(tx, id);
    // A provider's own subscription of its plan comes by itself.
    if (subject === undefined || subject.providerOrgId === orgId) return undefined;
    return { type: 'UserSubscription', subject, payload: { subscriptionId: id, orgId } };
  },
  'subscription-requested': async (tx, { subject: id, payload: { planId, orgId, by } }) => {
    const subject = await selectPlanSubject(tx, planId);
    return subject === undefined ? undefined : { type: 'UserSubscriptionRequest', subject, payload: { requestId: id, orgId, by } };
  },
  'subscription-terminated': async (tx, { subject: id, payload: { by } }) => {
    const subject = await selectSubscriptionSubject(tx, id);
    return subject === undefined ? undefined : { type: 'UserSubscriptionTerminated', subject, payload: { subscriptionId: id, by } };
  },
};

/** Kinds of events of which notices are made. */
export const FACT_KINDS = Object.keys(readers) as EventKind[];

/** What the event says to people; undefined if nothing, or if what it is about is gone. */
export async function factOf(tx: Transaction, event: StoredEvent, about: AboutInstance): Promise<Fact | undefined> {
  const read = readers[event.kind as EventKind] as Reader<EventKind> | undefined;
  return read?.(tx, { subject: event.subject, payload: event.payload as EventPayloads[EventKind] }, about);
}
