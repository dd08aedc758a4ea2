/** Which news an event makes for the members of a subscription. All kinds that are read here are read by `facts.ts`, too. */
import { cut } from '@cellplane/plan';
import type { Transaction } from '../database/database.js';
import type { EventKind, EventPayloads, StoredEvent } from '../events/event.js';
import { isVerbSeenByMembers } from '../instance-api/seen-workflows.js';
import type { NewsLetter } from '../mail/news-letter.js';
import type { NewsCategory } from '../news/category.js';
import type { News } from '../news/news-store.js';
import { type AboutInstance, LONGEST_REASON, OF_SNAPSHOTS } from './facts.js';
import {
  type InstanceSubject,
  selectBudgetName,
  selectNotedMessage,
  selectOperationFacts,
  selectSnapshotMessage,
  selectSubscriptionSubject,
} from './subject-store.js';

/** News about an instance, before it is known which one. */
type Told = { category: NewsCategory; letter: (of: OfInstance) => NewsLetter } | undefined;
type OfInstance = ReturnType<typeof ofInstance>;

/** What the event says to members; undefined if nothing, or if what it is about is gone. */
export async function newsOf(tx: Transaction, event: StoredEvent, about: AboutInstance): Promise<News | undefined> {
  if (isOf(event, 'quota-near') || isOf(event, 'quota-reached')) return quotaNews(tx, event);
  if (isOf(event, 'budget-reached') || isOf(event, 'budget-expected')) return budgetNews(tx, event);
  const told = await toldOf(tx, event, about);
  const instance = told === undefined ? undefined : await about();
  if (told === undefined || instance === undefined) return undefined;
  return {
    position: event.position,
    subscriptionId: instance.subscriptionId,
    category: told.category,
    environmentType: instance.environmentType ?? 'PROD',
    letter: told.letter(ofInstance(event.subject, instance)),
  };
}

async function toldOf(tx: Transaction, event: StoredEvent, about: AboutInstance): Promise<Told> {
  if (isOf(event, 'operation-ended')) return operationNews(tx, event, about);
  if (isOf(event, 'snapshot-failed')) {
    const { snapshotId: snapshot_id, origin } = event.payload;
    // A scheduled one that fails is told once, as `NoGoodBackup`, and one before a delete with the delete.
    if (origin === 'periodic' || origin === 'final') return undefined;
    const reason = reasonOf(await selectSnapshotMessage(tx, snapshot_id));
    return { category: 'backups', letter: (of) => ({ type: 'BackupFailed', payload: { ...of, snapshot_id, ...reason } }) };
  }
  if (!isOf(event, 'instance-noted')) return undefined;
  const { type, isLoss } = event.payload;
  // What the provider's database does not know of is the provider's to mend: the product is whole.
  if (isLoss === false) return undefined;
  const message = async () => reasonOf(await selectNotedMessage(tx, event.subject, type));
  if (type === 'NoGoodBackup') {
    const reason = await message();
    return { category: 'backups', letter: (of) => ({ type: 'NoGoodBackup', payload: { ...of, ...reason } }) };
  }
  if (type === 'CellDiffers') {
    const reason = await message();
    return { category: 'failures', letter: (of) => ({ type: 'InstanceUnhealthy', payload: { ...of, ...reason } }) };
  }
  if (type === 'GoodBackup') return { category: 'backups', letter: (payload) => ({ type: 'GoodBackupAgain', payload }) };
  if (type === 'CellAgrees') return { category: 'failures', letter: (payload) => ({ type: 'InstanceHealthyAgain', payload }) };
  return undefined;
}

async function operationNews(tx: Transaction, { subject, payload }: EventOf<'operation-ended'>, about: AboutInstance): Promise<Told> {
  const { operation, operationId, outcome, toVersion } = payload;
  // Backups have news of their own; what somebody has ended is no news to them.
  if (outcome === 'cancelled' || OF_SNAPSHOTS.has(operation)) return undefined;
  if (outcome === 'succeeded' && (await about())?.isSuccessWanted !== true) return undefined;
  const facts = await selectOperationFacts(tx, operationId);
  if (facts?.isAnnounced === true) return undefined;
  // A mail must not tell of what is not there for customers.
  if (operation === 'custom' && !(await isVerbSeenByMembers(tx, subject, facts?.workflowVerb ?? ''))) return undefined;
  const workflow =
    operation !== 'custom' || facts === undefined || facts.workflowName === null ? {} : { workflow_name: facts.workflowName };
  const version = toVersion === undefined ? {} : { to_version: toVersion };
  if (outcome === 'succeeded')
    return {
      category: 'completed',
      letter: (of) => ({ type: 'InstanceOperationSucceeded', payload: { ...of, operation, ...workflow, ...version } }),
    };
  const reason = reasonOf(facts?.message);
  return {
    category: 'failures',
    letter: (of) => ({ type: 'InstanceOperationFailed', payload: { ...of, operation, ...workflow, ...version, ...reason } }),
  };
}

async function quotaNews(tx: Transaction, event: EventOf<'quota-near' | 'quota-reached'>): Promise<News | undefined> {
  const { subject: subscriptionId, kind, position, payload } = event;
  const plan = await selectSubscriptionSubject(tx, subscriptionId);
  if (plan === undefined) return undefined;
  return {
    position,
    subscriptionId,
    category: 'limits',
    environmentType: plan.environmentType ?? 'PROD',
    letter: {
      type: kind === 'quota-near' ? 'QuotaNear' : 'QuotaReached',
      payload: {
        subscription_id: subscriptionId,
        service_name: plan.serviceName ?? '',
        product_tier_name: plan.planName ?? '',
        limit: payload.limit,
        instances: payload.instances,
      },
    },
  };
}

async function budgetNews(
  tx: Transaction,
  { subject, position, payload }: EventOf<'budget-reached' | 'budget-expected'>,
): Promise<News | undefined> {
  const { subscriptionId, month, amount, spent } = payload;
  const [plan, name] = [await selectSubscriptionSubject(tx, subscriptionId), await selectBudgetName(tx, subject)];
  if (plan === undefined || name === undefined) return undefined;
  const of = {
    budget_name: name,
    subscription_id: subscriptionId,
    service_name: plan.serviceName ?? '',
    product_tier_name: plan.planName ?? '',
    month,
    amount,
    spent,
  };
  return {
    position,
    subscriptionId,
    category: 'limits',
    environmentType: plan.environmentType ?? 'PROD',
    letter:
      'percent' in payload
        ? { type: 'BudgetReached', payload: { ...of, percent: payload.percent } }
        : { type: 'BudgetExpected', payload: { ...of, expected: payload.expected } },
  };
}

function ofInstance(id: string, { instanceName, serviceName, planName }: InstanceSubject) {
  return { instance_id: id, instance_name: instanceName, service_name: serviceName ?? '', product_tier_name: planName ?? '' };
}

function reasonOf(message: string | undefined): { reason?: string } {
  return message === undefined || message === '' ? {} : { reason: cut(message, LONGEST_REASON) };
}

type EventOf<K extends EventKind> = Omit<StoredEvent, 'kind' | 'payload'> & { kind: K; payload: EventPayloads[K] };

function isOf<K extends EventKind>(event: StoredEvent, kind: K): event is StoredEvent & EventOf<K> {
  return event.kind === kind;
}
