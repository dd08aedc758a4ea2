/** Rows of news on their way to members, and whom they go to. */
import { SUBSCRIPTION_ROLE_PERMISSIONS, SUBSCRIPTION_ROLES } from '@cellplane/api';
import { type Database, sql, type Transaction } from '../database/database.js';
import type { Letter } from '../mail/payloads.js';
import { MAILED_BY_DEFAULT, type NewsCategory } from './category.js';

/** A fact that members of a subscription are to hear of. */
export interface News {
  /** Of the event that it is made of; null: of none. */
  position: number | null;
  subscriptionId: string;
  category: NewsCategory;
  letter: Letter;
  environmentType: string;
}

/** Roles of a subscription that may see its instances. */
const READING = SUBSCRIPTION_ROLES.filter((role) => SUBSCRIPTION_ROLE_PERMISSIONS[role].includes('instance:read'));

interface Audience {
  subscriptionId: string;
  category: NewsCategory;
  /** Those with a higher user id only. */
  after: string;
}

/** Members `m`, users `u` and subscription `b`: who may see the instances, can be mailed, and wants this. */
function wanting({ subscriptionId, category, after }: Audience) {
  return sql`m.subscription_id = ${subscriptionId} and m.user_id > ${after} and m.role_type = any(${[...READING]})
    and b.status in ('ACTIVE', 'SUSPENDED')
    and u.provider_org_id = b.provider_org_id and u.status = 'ACTIVE' and u.verified_at is not null and u.deleted_at is null
    and coalesce(
      (select p.mailed from news_preferences p where p.user_id = u.id and p.category = ${category} and p.subscription_id = b.id),
      (select p.mailed from news_preferences p where p.user_id = u.id and p.category = ${category} and p.subscription_id is null),
      ${MAILED_BY_DEFAULT[category]})`;
}

/** Keeps it for the members, in the transaction that makes or reads the fact; not twice, and not if nobody wants it. */
export async function announce(tx: Transaction, news: News): Promise<void> {
  const { position, subscriptionId, category, letter, environmentType } = news;
  await sql`/* prepared */
    insert into member_news (position, subscription_id, category, letter, payload, environment_type)
    select ${position}::bigint, ${subscriptionId}, ${category}, ${letter.type}, ${JSON.stringify(letter.payload)}::jsonb, ${environmentType}
    where exists (
      select from subscription_members m join users u on u.id = m.user_id join subscriptions b on b.id = m.subscription_id
      where ${wanting({ subscriptionId, category, after: '' })})
    on conflict (position) do nothing`.execute(tx);
}

export interface DueNews {
  id: number;
  subscriptionId: string;
  category: NewsCategory;
  letter: string;
  payload: Record<string, unknown>;
  environmentType: string;
  afterUser: string;
  failures: number;
}

/** What is due for longest, held until the transaction ends; undefined: nothing is, or others have it. */
export async function holdDueNews(tx: Transaction): Promise<DueNews | undefined> {
  const { rows } = await sql<DueNews>`/* prepared */
    select id, subscription_id as "subscriptionId", category, letter, payload, environment_type as "environmentType",
      after_user as "afterUser", failures
    from member_news where due_at <= now() order by due_at, id limit 1 for update skip locked`.execute(tx);
  return rows[0];
}

export interface Recipient {
  userId: string;
  email: string;
  providerOrgId: string;
}

/** The next members who get it, in the order of their ids; at most `limit`. */
export async function selectRecipients(tx: Transaction, audience: Audience, limit: number): Promise<Recipient[]> {
  const { rows } = await sql<Recipient>`/* prepared */
    select u.id as "userId", u.email, b.provider_org_id as "providerOrgId"
    from subscription_members m join users u on u.id = m.user_id join subscriptions b on b.id = m.subscription_id
    where ${wanting(audience)} order by m.user_id limit ${limit}`.execute(tx);
  return rows;
}

/** Everybody up to this user has been written to. It takes its turn after what waits as long. */
export async function moveNews(tx: Transaction, id: number, afterUser: string): Promise<void> {
  await sql`update member_news set after_user = ${afterUser}, failures = 0, due_at = now() where id = ${id}`.execute(tx);
}

/** Everybody has been written to. */
export async function deleteNews(tx: Transaction, id: number): Promise<void> {
  await sql`delete from member_news where id = ${id}`.execute(tx);
}

/** It could not be written, and is tried again after a pause; others go before it. */
export async function postponeNews(db: Database, id: number, pauseMs: number): Promise<void> {
  await sql`
    update member_news set failures = failures + 1, due_at = now() + ${pauseMs} * interval '1 millisecond' where id = ${id}`.execute(db);
}

/** Forgets what could not be written for so long: it is no news any more. At most `limit`; answers how many. */
export async function sweepNews(db: Database, { hours, limit }: { hours: number; limit: number }): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from member_news where id in (
      select id from member_news where created_at < now() - make_interval(hours => ${hours}) limit ${limit} for update skip locked)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** How much is on its way, for monitors. */
export async function countNews(db: Database): Promise<number> {
  return (await sql<{ count: number }>`select count(*) as count from member_news`.execute(db)).rows[0]?.count ?? 0;
}
