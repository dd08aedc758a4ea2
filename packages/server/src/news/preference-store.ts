/** Rows of what members want to be mailed. */
import { type Database, sql, type Transaction } from '../database/database.js';
import type { NewsCategory } from './category.js';

export interface PreferenceRow {
  category: NewsCategory;
  /** Null: for all subscriptions. */
  subscriptionId: string | null;
  mailed: boolean;
}

/** What a user has said for all subscriptions, and for this one. */
export async function selectPreferences(db: Database, userId: string, subscriptionId: string | undefined): Promise<PreferenceRow[]> {
  const { rows } = await sql<PreferenceRow>`
    select category, subscription_id as "subscriptionId", mailed from news_preferences
    where user_id = ${userId} and (subscription_id is null or subscription_id = ${subscriptionId ?? null})`.execute(db);
  return rows;
}

/** Says it; once more changes nothing. */
export async function upsertPreference(tx: Transaction, userId: string, row: PreferenceRow): Promise<void> {
  await sql`
    insert into news_preferences (user_id, subscription_id, category, mailed)
    values (${userId}, ${row.subscriptionId}, ${row.category}, ${row.mailed})
    on conflict (user_id, category, (coalesce(subscription_id, ''))) do update set mailed = excluded.mailed, modified_at = now()`.execute(
    tx,
  );
}

/** Takes back what was said. */
export async function deletePreference(
  tx: Transaction,
  userId: string,
  { category, subscriptionId }: Omit<PreferenceRow, 'mailed'>,
): Promise<void> {
  await sql`
    delete from news_preferences where user_id = ${userId} and category = ${category}
      and coalesce(subscription_id, '') = ${subscriptionId ?? ''}`.execute(tx);
}

/** Forgets all that a user has said. */
export async function deletePreferencesOf(tx: Transaction, userId: string): Promise<void> {
  await sql`delete from news_preferences where user_id = ${userId}`.execute(tx);
}

/** True if the user is a member of the subscription, and it has not ended. */
export async function isMember(db: Database, userId: string, subscriptionId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from subscription_members m join subscriptions b on b.id = m.subscription_id
    where m.user_id = ${userId} and m.subscription_id = ${subscriptionId} and b.status in ('ACTIVE', 'SUSPENDED')`.execute(db);
  return rows.length > 0;
}

/** True if the user is a customer, and not one of a provider's people. */
export async function isCustomerUser(db: Database, userId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from users where id = ${userId} and provider_org_id is not null`.execute(db);
  return rows.length > 0;
}
