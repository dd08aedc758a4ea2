/**
 * Subscriptions: which organization may have instances of which plan, and how many. A plan has one default subscription,
 * the provider's own; instances that name no other belong to it.
 */
import type { CompiledPlan } from '@cellplane/plan';
import type { PlanPlace } from '../catalog/catalog.js';
import { type Database, sql, type Transaction } from '../database/database.js';
import { DomainError, invalidState, notFound } from '../errors.js';
import { tell } from '../events/tell.js';
import { newId } from '../identity/identifier.js';

export const SUBSCRIPTION_STATUSES = ['ACTIVE', 'SUSPENDED', 'TERMINATED', 'CANCELLED'] as const;

export interface Subscription {
  id: string;
  /** The customer. */
  orgId: string;
  providerOrgId: string;
  planId: string;
  rootUserId: string;
  status: (typeof SUBSCRIPTION_STATUSES)[number];
  isDefault: boolean;
  /** Null: the plan's own limit counts. */
  maxInstances: number | null;
  createdAt: Date;
  modifiedAt: Date;
}

const columns = sql`id, org_id as "orgId", provider_org_id as "providerOrgId", plan_id as "planId", root_user_id as "rootUserId", status,
  is_default as "isDefault", max_instances as "maxInstances", created_at as "createdAt", modified_at as "modifiedAt"`;

/** The default subscription of a plan; made when it is first asked for. */
export async function defaultSubscription(tx: Transaction, input: { place: PlanPlace; userId: string }): Promise<Subscription> {
  const { orgId, planId } = input.place;
  const made = await sql<{ id: string }>`
    insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id, is_default)
    values (${newId('sub')}, ${orgId}, ${orgId}, ${planId}, ${input.userId}, true)
    on conflict (plan_id) where is_default do nothing returning id`.execute(tx);
  for (const { id } of made.rows) await tell(tx, { kind: 'subscription-made', subject: id, payload: { planId, orgId } });
  const { rows } = await sql<Subscription>`select ${columns} from subscriptions where plan_id = ${planId} and is_default`.execute(tx);
  if (rows[0] === undefined) throw notFound('subscription', `default of ${planId}`);
  return rows[0];
}

/** A subscription that the caller's organization has or offers. @throws DomainError not_found */
export async function findSubscription(db: Database, orgId: string, id: string): Promise<Subscription> {
  const { rows } = await sql<Subscription>`
    select ${columns} from subscriptions where id = ${id} and ${orgId} in (org_id, provider_org_id)`.execute(db);
  if (rows[0] === undefined) throw notFound('subscription', id);
  return rows[0];
}

/** Every subscription that the organization has or offers, newest first. */
export async function listSubscriptions(db: Database, orgId: string): Promise<Subscription[]> {
  const { rows } = await sql<Subscription>`
    select ${columns} from subscriptions where ${orgId} in (org_id, provider_org_id) order by created_at desc, id`.execute(db);
  return rows;
}

/**
 * Takes a place for one more instance; the caller inserts it in the same transaction. Where there is a limit, creates of one
 * subscription take turns, so that it holds; where there is none, they only keep the subscription as it is until they end.
 * @throws DomainError invalid_state (not active, or the limit is reached)
 */
export async function takePlace(tx: Transaction, subscriptionId: string, plan: CompiledPlan): Promise<void> {
  const limited = plan.maxNumberOfInstancesAllowed >= 0 || (await findLimit(tx, subscriptionId)) !== null;
  const { rows } = await sql<Subscription>`
    select ${columns} from subscriptions where id = ${subscriptionId} ${limited ? sql`for update` : sql`for share`}`.execute(tx);
  const subscription = rows[0];
  if (subscription === undefined) throw notFound('subscription', subscriptionId);
  if (subscription.status !== 'ACTIVE') {
    throw invalidState(
      'subscription-not-active',
      `Subscription ${subscriptionId} is ${subscription.status}; only an ACTIVE one can have new instances.`,
    );
  }
  const limit = subscription.maxInstances ?? plan.maxNumberOfInstancesAllowed;
  if (limit < 0) return;
  if (!limited) throw new DomainError('unavailable', 'busy', `The limit of subscription ${subscriptionId} has just been set. Try again.`);
  const count = await sql<{ count: number }>`
    select count(*) as count from instances where subscription_id = ${subscriptionId} and deleted_at is null`.execute(tx);
  if ((count.rows[0]?.count ?? 0) < limit) return;
  throw invalidState(
    'instance-limit-reached',
    `Subscription ${subscriptionId} may have ${limit} instance${limit === 1 ? '' : 's'} of this plan, and has as many. Delete one first.`,
  );
}

async function findLimit(tx: Transaction, subscriptionId: string): Promise<number | null> {
  const { rows } = await sql<{
    limit: number | null;
  }>`select max_instances as "limit" from subscriptions where id = ${subscriptionId}`.execute(tx);
  return rows[0]?.limit ?? null;
}
