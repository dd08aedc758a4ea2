/** Rows of budgets, and of what was told of them. */
import { type Database, sql, type Transaction } from '../database/database.js';
import type { Viewer } from '../identity/viewer.js';
import type { BudgetTerms, Tag } from './budget.js';

export interface BudgetRow extends BudgetTerms {
  id: string;
  subscriptionId: string;
  tagKey: string | null;
  tagValue: string | null;
  createdBy: string;
  createdAt: Date;
  modifiedAt: Date;
  /** Whose the subscription is, and of what. */
  orgId: string;
  providerOrgId: string;
  serviceId: string;
  serviceName: string;
  planName: string;
  /** What was told: parts of the amount in per cent, when, and of which month (its first day). Of this month and the one before. */
  alerts: { percent: number; at: string; month: string }[];
}

const from = sql`budgets g join subscriptions b on b.id = g.subscription_id join plans p on p.id = b.plan_id
  join environments e on e.id = p.environment_id join services s on s.id = e.service_id`;

/** Months are those of the database's clock, UTC. */
const columns = sql`g.id, g.subscription_id as "subscriptionId", g.name, g.amount::float8 as amount, g.tag_key as "tagKey", g.tag_value as "tagValue",
  g.alert_percents as "alertPercents", g.alert_expected as "alertExpected", g.created_by as "createdBy", g.created_at as "createdAt",
  g.modified_at as "modifiedAt", b.org_id as "orgId", b.provider_org_id as "providerOrgId", s.id as "serviceId", s.name as "serviceName",
  p.name as "planName", coalesce((
    select jsonb_agg(jsonb_build_object('percent', a.percent, 'at', a.at, 'month', a.month) order by a.at, a.percent) from budget_alerts a
    where a.budget_id = g.id and a.month >= (date_trunc('month', now() at time zone 'UTC') - interval '1 month')::date), '[]'::jsonb) as alerts`;

/** True of budgets of subscriptions that the viewer is a member of; of a provider's people: of those that their organization has itself. */
const ownTo = ({ orgId, subscriptions, products }: Viewer) =>
  sql`${subscriptions === undefined ? sql`b.org_id = ${orgId}` : sql`b.id = any(${[...subscriptions]})`}
    and ${products === undefined ? sql`true` : sql`s.id = any(${[...products]})`}`;

/** Of one subscription, or of all; by their names. */
export async function selectBudgets(db: Database, viewer: Viewer, subscriptionId: string | undefined): Promise<BudgetRow[]> {
  const { rows } = await sql<BudgetRow>`
    select ${columns} from ${from} where ${ownTo(viewer)} and ${subscriptionId === undefined ? sql`true` : sql`b.id = ${subscriptionId}`}
    order by s.name, p.name, g.name, g.id`.execute(db);
  return rows;
}

export async function selectBudget(db: Database, viewer: Viewer, id: string): Promise<BudgetRow | undefined> {
  const { rows } = await sql<BudgetRow>`select ${columns} from ${from} where g.id = ${id} and ${ownTo(viewer)}`.execute(db);
  return rows[0];
}

/** Whether the viewer may see the budgets of this subscription. */
export async function isOwnSubscription(db: Database, viewer: Viewer, id: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from subscriptions b join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id
      join services s on s.id = e.service_id where b.id = ${id} and ${ownTo(viewer)}`.execute(db);
  return rows.length > 0;
}

/** Answers how many the subscription, which is locked, has. */
export async function countBudgets(tx: Transaction, subscriptionId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from budgets where subscription_id = ${subscriptionId}`.execute(
    tx,
  );
  return rows[0]?.count ?? 0;
}

export interface NewBudget extends BudgetTerms {
  id: string;
  subscriptionId: string;
  tag: Tag | undefined;
  by: string;
}

/** Answers false if the name is taken. */
export async function insertBudget(tx: Transaction, row: NewBudget): Promise<boolean> {
  const { rows } = await sql`
    insert into budgets (id, subscription_id, name, amount, tag_key, tag_value, alert_percents, alert_expected, created_by)
    values (${row.id}, ${row.subscriptionId}, ${row.name}, ${row.amount}, ${row.tag?.key ?? null}, ${row.tag?.value ?? null},
      ${row.alertPercents}, ${row.alertExpected}, ${row.by})
    on conflict (subscription_id, name) do nothing returning 1`.execute(tx);
  return rows.length > 0;
}

/** Another one of its subscription has this name. */
export async function isNameTaken(
  tx: Transaction,
  { id, subscriptionId, name }: { id: string; subscriptionId: string; name: string },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from budgets where subscription_id = ${subscriptionId} and name = ${name} and id <> ${id}`.execute(tx);
  return rows.length > 0;
}

/** It is looked at at once. */
export async function updateBudget(tx: Transaction, id: string, to: BudgetTerms): Promise<void> {
  await sql`
    update budgets set name = ${to.name}, amount = ${to.amount}, alert_percents = ${to.alertPercents}, alert_expected = ${to.alertExpected},
      modified_at = now(), look_at = now() where id = ${id}`.execute(tx);
}

/** Another amount is told of anew, from this month on. */
export async function forgetAlerts(tx: Transaction, id: string): Promise<void> {
  await sql`
    delete from budget_alerts where budget_id = ${id} and month >= date_trunc('month', now() at time zone 'UTC')::date`.execute(tx);
}

export async function deleteBudget(tx: Transaction, id: string): Promise<void> {
  await sql`delete from budgets where id = ${id}`.execute(tx);
}

/** Takes those that are due, and are due again after a while; at most `limit`. Whoever is killed with them has them looked at then. */
export async function claimDueBudgets(db: Database, { everyMs, limit }: { everyMs: number; limit: number }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with due as (
      select d.id from budgets d where d.look_at <= now() order by d.look_at limit ${limit} for update skip locked
    )
    update budgets l set look_at = now() + ${everyMs} * interval '1 millisecond' from due where l.id = due.id returning l.id`.execute(db);
  return rows.map(({ id }) => id);
}

/** These budgets, held until the transaction ends; not those of subscriptions that have ended. */
export async function holdBudgets(tx: Transaction, ids: readonly string[]): Promise<BudgetRow[]> {
  // What is read after the rows are held is what the last change of them has written.
  await sql`select 1 from budgets where id = any(${[...ids]}) order by id for update`.execute(tx);
  const { rows } = await sql<BudgetRow>`
    select ${columns} from ${from} where g.id = any(${[...ids]}) and b.status in ('ACTIVE', 'SUSPENDED') order by g.id`.execute(tx);
  return rows;
}

/** Notes that it is told, in the transaction that tells it. `month`: its first day. */
export async function insertAlerts(tx: Transaction, budgetId: string, month: string, percents: readonly number[]): Promise<void> {
  await sql`
    insert into budget_alerts (budget_id, month, percent) select ${budgetId}, ${month}::date, unnest(${[...percents]}::int[])
    on conflict (budget_id, month, percent) do nothing`.execute(tx);
}
