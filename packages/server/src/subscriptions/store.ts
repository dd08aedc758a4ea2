/** Rows of subscriptions. */
import type { Json } from '@cellplane/plan';
import type { Viewer } from '../identity/viewer.js';
import { type Database, sql, type Transaction } from '../database/database.js';
import { insertMember } from './member-store.js';

export const SUBSCRIPTION_STATUSES = ['ACTIVE', 'SUSPENDED', 'TERMINATED', 'CANCELLED'] as const;

/** True while it may have instances. A suspended one keeps those that it has. */
export function isLive({ status }: Pick<Subscription, 'status'>): boolean {
  return status === 'ACTIVE' || status === 'SUSPENDED';
}

/** What a subscription began with. */
export interface Terms {
  planVersion?: string;
  /** As the plan says it. */
  pricing?: Json;
  /** The plan's own limit; -1: none. */
  maxNumberOfInstances?: number;
}

export interface Subscription {
  id: string;
  /** The customer. */
  orgId: string;
  providerOrgId: string;
  planId: string;
  rootUserId: string;
  status: (typeof SUBSCRIPTION_STATUSES)[number];
  isDefault: boolean;
  /** Null: that of the terms counts. */
  maxInstances: number | null;
  terms: Terms;
  createdAt: Date;
  modifiedAt: Date;
}

/** How many instances it may have: its own limit, or the one that it began with. -1: any number; undefined: the plan's says. */
export function limitOf({ maxInstances, terms }: Pick<Subscription, 'maxInstances' | 'terms'>): number | undefined {
  return maxInstances ?? terms.maxNumberOfInstances;
}

const columns = sql`id, org_id as "orgId", provider_org_id as "providerOrgId", plan_id as "planId", root_user_id as "rootUserId", status,
  is_default as "isDefault", max_instances as "maxInstances", terms, created_at as "createdAt", modified_at as "modifiedAt"`;

/** Makes the provider's own subscription of a plan, unless there is one. Answers its id if it was made. */
export async function insertDefault(
  tx: Transaction,
  row: { id: string; orgId: string; planId: string; userId: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`/* prepared */
    insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id, is_default)
    values (${row.id}, ${row.orgId}, ${row.orgId}, ${row.planId}, ${row.userId}, true)
    on conflict (plan_id) where is_default do nothing returning id`.execute(tx);
  return rows[0]?.id;
}

export interface NewSubscription {
  id: string;
  orgId: string;
  providerOrgId: string;
  planId: string;
  rootUserId: string;
  maxInstances: number | null;
  terms: Terms;
  externalPayerId: string;
  allowCreatesWithoutPayment: boolean;
  by: string;
}

/** Makes a customer's subscription of a plan, with its root, unless they have one that is live. Answers whether it was made. */
export async function insertSubscription(tx: Transaction, row: NewSubscription): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id, max_instances, terms, external_payer_id,
      allow_creates_without_payment, updated_by)
    values (${row.id}, ${row.orgId}, ${row.providerOrgId}, ${row.planId}, ${row.rootUserId}, ${row.maxInstances},
      ${JSON.stringify(row.terms)}::jsonb, ${row.externalPayerId}, ${row.allowCreatesWithoutPayment}, ${row.by})
    on conflict (org_id, plan_id) where not is_default and status in ('ACTIVE', 'SUSPENDED') do nothing`.execute(tx);
  if (numAffectedRows !== 1n) return false;
  await insertMember(tx, { subscriptionId: row.id, userId: row.rootUserId, role: 'root', invitedBy: null });
  return true;
}

/** The one that is live of a customer's organization and a plan. */
export async function selectLive(db: Database, orgId: string, planId: string): Promise<Subscription | undefined> {
  const { rows } = await sql<Subscription>`
    select ${columns} from subscriptions where org_id = ${orgId} and plan_id = ${planId} and not is_default
      and status in ('ACTIVE', 'SUSPENDED')`.execute(db);
  return rows[0];
}

/** What a provider may set of a subscription; missing members stay as they are. */
export interface SubscriptionSettings {
  /** -1: no limit. */
  maxInstances?: number;
  externalPayerId?: string;
  allowCreatesWithoutPayment?: boolean;
}

/** Changes the subscription, which is locked. */
export async function updateRow(tx: Transaction, id: string, to: SubscriptionSettings, by: string): Promise<void> {
  await sql`update subscriptions set max_instances = coalesce(${to.maxInstances ?? null}, max_instances),
    external_payer_id = coalesce(${to.externalPayerId ?? null}, external_payer_id),
    allow_creates_without_payment = coalesce(${to.allowCreatesWithoutPayment ?? null}, allow_creates_without_payment),
    updated_by = ${by}, modified_at = now() where id = ${id}`.execute(tx);
}

/** Gives the subscription, which is locked, another status. */
export async function setStatus(tx: Transaction, id: string, status: Subscription['status'], by: string): Promise<void> {
  await sql`update subscriptions set status = ${status}, updated_by = ${by}, modified_at = now() where id = ${id}`.execute(tx);
}

/** The price lists that these subscriptions began with, by their ids; `[]`: with none. Those without terms, which follow their plan, are left out. */
export async function selectPricing(db: Database, ids: string[]): Promise<Map<string, Json>> {
  const { rows } = await sql<{ id: string; pricing: Json }>`
    select id, coalesce(terms->'pricing', '[]'::jsonb) as pricing from subscriptions where id = any(${ids}) and terms ? 'planVersion'`.execute(
    db,
  );
  return new Map(rows.map(({ id, pricing }) => [id, pricing]));
}

/** The default subscription of a plan. */
export async function selectDefault(db: Database, planId: string): Promise<Subscription | undefined> {
  const { rows } =
    await sql<Subscription>`/* prepared */ select ${columns} from subscriptions where plan_id = ${planId} and is_default`.execute(db);
  return rows[0];
}

/** One that the viewer is a member of, or that their organization has or offers. */
export async function selectVisible(db: Database, { orgId, subscriptions }: Viewer, id: string): Promise<Subscription | undefined> {
  const visible = subscriptions === undefined ? sql`${orgId} in (org_id, provider_org_id)` : sql`id = any(${[...subscriptions]})`;
  return (await sql<Subscription>`select ${columns} from subscriptions where id = ${id} and ${visible}`.execute(db)).rows[0];
}

/** Those of these ids, by id: for things that belong to them, which the viewer has been found to see. */
export async function selectSubscriptionsById(db: Database, ids: readonly string[]): Promise<Map<string, Subscription>> {
  const { rows } = await sql<Subscription>`select ${columns} from subscriptions where id = any(${[...ids]})`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Which of an organization's own subscriptions are meant; missing members do not restrict. */
export interface OwnFilter {
  id?: string | undefined;
  planId?: string | undefined;
}

/** Subscriptions that a customer is a member of; of a provider's people, those that the organization has itself. Newest first. */
export async function selectOwnSubscriptions(
  db: Database,
  { orgId, subscriptions }: Viewer,
  filter: OwnFilter = {},
): Promise<Subscription[]> {
  const { rows } = await sql<Subscription>`
    select ${columns} from subscriptions where ${subscriptions === undefined ? sql`org_id = ${orgId}` : sql`id = any(${[...subscriptions]})`}
      and ${filter.id === undefined ? sql`true` : sql`id = ${filter.id}`}
      and ${filter.planId === undefined ? sql`true` : sql`plan_id = ${filter.planId}`}
    order by created_at desc, id`.execute(db);
  return rows;
}

/** The subscription, for good until the transaction ends: `update` keeps others from taking a place of it, too. */
export async function lockSubscription(tx: Transaction, id: string, lock: 'share' | 'update'): Promise<Subscription | undefined> {
  const { rows } = await sql<Subscription>`/* prepared */
    select ${columns} from subscriptions where id = ${id} ${lock === 'update' ? sql`for update` : sql`for share`}`.execute(tx);
  return rows[0];
}

/** `limitOf` a subscription that is not locked yet. */
export async function selectLimit(tx: Transaction, id: string): Promise<number | undefined> {
  const { rows } = await sql<Pick<Subscription, 'maxInstances' | 'terms'>>`/* prepared */
    select max_instances as "maxInstances", terms from subscriptions where id = ${id}`.execute(tx);
  return rows[0] && limitOf(rows[0]);
}

/** Ends the subscriptions of plans that are deleted, and the requests for them: nobody begins anything with them any more. */
export async function endSubscriptionsOfPlans(tx: Transaction, planIds: string[]): Promise<void> {
  await sql`
    update subscriptions set status = 'TERMINATED', modified_at = now()
    where plan_id = any(${planIds}) and status in ('ACTIVE', 'SUSPENDED')`.execute(tx);
  await sql`
    update subscription_requests set status = 'CANCELLED', modified_at = now()
    where plan_id = any(${planIds}) and status = 'PENDING'`.execute(tx);
}

/** Organizations of subscriptions whose ids are given in lower case, by the given id. */
export async function selectSubscribers(db: Database, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; orgId: string }>`
    select lower(id) as id, org_id as "orgId" from subscriptions where lower(id) = any(${ids})`.execute(db);
  return new Map(rows.map((row) => [row.id, row.orgId]));
}
