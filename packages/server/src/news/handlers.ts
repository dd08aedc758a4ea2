/** Handlers of what a customer wants to be mailed. */
import type { Caller, Handlers } from '@cellplane/api';
import { type Database, transaction } from '../database/database.js';
import { DomainError, invalidState, notFound } from '../errors.js';
import { FIXED_CATEGORY, isNewsCategory, MAILED_BY_DEFAULT, NEWS_CATEGORIES, type NewsCategory, WHY_FIXED } from './category.js';
import { deletePreference, isCustomerUser, isMember, selectPreferences, upsertPreference } from './preference-store.js';

export type NewsHandlers = Pick<Handlers, 'listNotificationPreferences' | 'setNotificationPreference' | 'resetNotificationPreference'>;

type Preferences = Awaited<ReturnType<Handlers['listNotificationPreferences']>>;

/** Binds the operations. Everybody reads and changes their own. */
export function newsHandlers({ db }: { db: Database }): NewsHandlers {
  return {
    async listNotificationPreferences({ query, caller }) {
      const subscriptionId = await checked(db, caller, query.subscriptionId);
      return preferencesOf(db, caller.userId, subscriptionId);
    },
    async setNotificationPreference({ params, body, caller }) {
      refuseReadingKey(caller);
      const subscriptionId = await checked(db, caller, body.subscriptionId);
      const row = { category: switchable(params.category), subscriptionId: subscriptionId ?? null, mailed: body.email };
      await transaction(db, (tx) => upsertPreference(tx, caller.userId, row));
      return preferencesOf(db, caller.userId, subscriptionId);
    },
    async resetNotificationPreference({ params, query, caller }) {
      refuseReadingKey(caller);
      const subscriptionId = await checked(db, caller, query.subscriptionId);
      const row = { category: switchable(params.category), subscriptionId: subscriptionId ?? null };
      await transaction(db, (tx) => deletePreference(tx, caller.userId, row));
      return preferencesOf(db, caller.userId, subscriptionId);
    },
  };
}

/** What counts for the user: of all subscriptions, or of this one. */
async function preferencesOf(db: Database, userId: string, subscriptionId: string | undefined): Promise<Preferences> {
  const rows = await selectPreferences(db, userId, subscriptionId);
  const said = (category: NewsCategory, of: string | null) =>
    rows.find((row) => row.category === category && row.subscriptionId === of)?.mailed;
  const preferences = NEWS_CATEGORIES.map((category): Preferences['preferences'][number] => {
    const here = subscriptionId === undefined ? undefined : said(category, subscriptionId);
    if (here !== undefined) return { category, email: here, setFor: 'SUBSCRIPTION', fixed: false };
    const everywhere = said(category, null);
    if (everywhere !== undefined) return { category, email: everywhere, setFor: 'ALL', fixed: false };
    return { category, email: MAILED_BY_DEFAULT[category], setFor: 'NOTHING', fixed: false };
  });
  preferences.push({ category: FIXED_CATEGORY, email: true, setFor: 'NOTHING', fixed: true, reason: WHY_FIXED });
  return { ...(subscriptionId === undefined ? {} : { subscriptionId }), preferences };
}

/** @throws DomainError forbidden for a provider's people, not_found for a subscription that the caller is no member of */
async function checked(db: Database, { userId }: Caller, given: string | undefined): Promise<string | undefined> {
  if (!(await isCustomerUser(db, userId)))
    throw new DomainError(
      'forbidden',
      'customer-only',
      "Only customers have these preferences. A provider's people are told of by notification channels.",
    );
  const subscriptionId = given === '' ? undefined : given;
  if (subscriptionId !== undefined && !(await isMember(db, userId, subscriptionId))) throw notFound('subscription', subscriptionId);
  return subscriptionId;
}

/** @throws DomainError not_found, invalid_state for what is always mailed */
function switchable(category: string): NewsCategory {
  if (category === FIXED_CATEGORY)
    throw invalidState('category-fixed', `Mails of the category "${FIXED_CATEGORY}" are always sent. ${WHY_FIXED}`);
  if (!isNewsCategory(category)) throw notFound('notification category', category);
  return category;
}

/** @throws DomainError forbidden for an API key that only reads */
function refuseReadingKey({ apiKeyId, roleType }: Caller): void {
  if (apiKeyId !== undefined && roleType === 'reader')
    throw new DomainError(
      'forbidden',
      'role-not-allowed',
      `Your API key has the role ${roleType}, which only reads: sign in with your password.`,
    );
}
