/** Rows of requests for subscriptions, with the plan that they are for and who asked. */
import { sql, type Transaction } from '../database/database.js';

export const REQUEST_STATUSES = ['PENDING', 'APPROVED', 'DENIED', 'CANCELLED'] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** A request, locked. */
export interface LockedRequest {
  id: string;
  orgId: string;
  providerOrgId: string;
  planId: string;
  userId: string;
  status: RequestStatus;
  subscriptionId: string | null;
}

const locked = sql`q.id, q.org_id as "orgId", q.provider_org_id as "providerOrgId", q.plan_id as "planId", q.user_id as "userId", q.status, q.subscription_id as "subscriptionId"`;

/** Asks, unless the organization waits for an answer on the plan already. Answers the id if it is new. */
export async function insertRequest(
  tx: Transaction,
  row: { id: string; orgId: string; providerOrgId: string; planId: string; userId: string; message: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    insert into subscription_requests (id, org_id, provider_org_id, plan_id, user_id, updated_by, message)
    values (${row.id}, ${row.orgId}, ${row.providerOrgId}, ${row.planId}, ${row.userId}, ${row.userId}, ${row.message})
    on conflict (org_id, plan_id) where status = 'PENDING' do nothing returning id`.execute(tx);
  return rows[0]?.id;
}

/** Forgets those of an organization for a plan that were taken back, but for the latest ones. */
export async function forgetCancelled(tx: Transaction, orgId: string, planId: string, kept: number): Promise<void> {
  await sql`delete from subscription_requests where id in (
    select id from subscription_requests where org_id = ${orgId} and plan_id = ${planId} and status = 'CANCELLED'
    order by modified_at desc, id offset ${kept})`.execute(tx);
}

/** The one that waits for an answer. */
export async function selectPending(tx: Transaction, orgId: string, planId: string): Promise<{ id: string; userId: string } | undefined> {
  const { rows } = await sql<{ id: string; userId: string }>`
    select id, user_id as "userId" from subscription_requests where org_id = ${orgId} and plan_id = ${planId} and status = 'PENDING'`.execute(
    tx,
  );
  return rows[0];
}

/** One that the user has asked. */
export async function lockOwnRequest(tx: Transaction, userId: string, id: string): Promise<LockedRequest | undefined> {
  const { rows } = await sql<LockedRequest>`
    select ${locked} from subscription_requests q where q.id = ${id} and q.user_id = ${userId} for update`.execute(tx);
  return rows[0];
}

/** Who has asked. */
export async function selectAsker(tx: Transaction, id: string): Promise<string | undefined> {
  return (await sql<{ userId: string }>`select user_id as "userId" from subscription_requests where id = ${id}`.execute(tx)).rows[0]
    ?.userId;
}

/** One that the caller may see. */
export async function lockRequest(tx: Transaction, id: string): Promise<LockedRequest | undefined> {
  const { rows } = await sql<LockedRequest>`select ${locked} from subscription_requests q where q.id = ${id} for update`.execute(tx);
  return rows[0];
}

/** Answers the request, which is locked. */
export async function answerRequest(
  tx: Transaction,
  id: string,
  to: { status: RequestStatus; by: string; words?: string; subscriptionId?: string },
): Promise<void> {
  await sql`update subscription_requests set status = ${to.status}, updated_by = ${to.by}, subscription_id = ${to.subscriptionId ?? null},
    answer = ${to.words ?? ''},
    modified_at = now() where id = ${id}`.execute(tx);
}
