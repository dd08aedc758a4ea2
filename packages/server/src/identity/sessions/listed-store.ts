/** SQL of the sessions that a user sees and ends. */
import { type Database, sql } from '../../database/database.js';
import { type PageQuery, pageOf, readPage } from '../../database/page.js';
import type { SessionMethod } from '../method.js';

export interface ListedSessionRow {
  id: string;
  method: SessionMethod;
  apiKeyId: string | null;
  apiKeyName: string | null;
  identityProviderName: string | null;
  address: string;
  userAgent: string;
  createdAt: Date;
  createdText: string;
  lastUsedAt: Date;
  expiresAt: Date;
}

/** Whose sessions: all of a user, or those that were begun with one API key. */
export interface SessionsOf {
  userId: string;
  /** Null: begun in whatever way. */
  apiKeyId: string | null;
}

const LIST = { name: 'sessions', by: 'time', usual: 100, most: 1_000 } as const;

/** Open sessions, newest first. */
export async function selectSessions(
  db: Database,
  { userId, apiKeyId }: SessionsOf,
  query: PageQuery,
): Promise<{ rows: ListedSessionRow[]; nextPageToken?: string }> {
  const page = readPage(LIST, query);
  const { rows } = await sql<ListedSessionRow>`
    select s.id, s.method, s.api_key_id as "apiKeyId", k.name as "apiKeyName", p.name as "identityProviderName", s.address, s.user_agent as "userAgent", s.created_at as "createdAt",
      s.created_at::text as "createdText", s.last_used_at as "lastUsedAt", s.expires_at as "expiresAt"
    from sessions s left join api_keys k on k.id = s.api_key_id left join identity_providers p on p.id = s.identity_provider_id
    where s.user_id = ${userId} and s.ended_at is null and s.expires_at > now() and (${apiKeyId}::text is null or s.api_key_id = ${apiKeyId})
      and (${page.after?.at ?? null}::timestamptz is null
        or (s.created_at, s.id) < (${page.after?.at ?? null}::timestamptz, ${page.after?.id ?? null}::text))
    order by s.created_at desc, s.id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, (row) => ({ at: row.createdText, id: row.id }));
}

/** Ends those that are named: one, or all but one, or all. Answers how many. */
export async function endSessionsOf(
  db: Database,
  { userId, apiKeyId }: SessionsOf,
  { only = null, but = null }: { only?: string | null; but?: string | null },
): Promise<number> {
  const { numAffectedRows } = await sql`
    update sessions set ended_at = now() where user_id = ${userId} and ended_at is null and expires_at > now()
      and (${apiKeyId}::text is null or api_key_id = ${apiKeyId})
      and (${only}::text is null or id = ${only}) and (${but}::text is null or id <> ${but})`.execute(db);
  return Number(numAffectedRows ?? 0);
}
