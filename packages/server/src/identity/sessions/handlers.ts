/** Handlers of the caller's own sessions. */
import type { Caller, Handlers } from '@cellplane/api';
import type { Database } from '../../database/database.js';
import { notFound } from '../../errors.js';
import { endSessionsOf, type ListedSessionRow, selectSessions, type SessionsOf } from './listed-store.js';

export type OwnSessionHandlers = Pick<Handlers, 'listSessions' | 'endSession' | 'endSessions'>;

/** Binds the operations on the caller's own sessions. */
export function ownSessionHandlers({ db }: { db: Database }): OwnSessionHandlers {
  return {
    async listSessions({ caller, query }) {
      const { rows, ...next } = await selectSessions(db, sessionsOf(caller), query);
      return { sessions: rows.map((row) => sessionAnswer(row, caller)), ...next };
    },
    async endSession({ params, caller }) {
      if ((await endSessionsOf(db, sessionsOf(caller), { only: params.id })) === 0) throw notFound('session', params.id);
    },
    async endSessions({ query, caller }) {
      const but = query.others === true ? (caller.sessionId ?? null) : null;
      return { ended: await endSessionsOf(db, sessionsOf(caller), { but }) };
    },
  };
}

/** Whoever has an API key reaches what was begun with it, not where its maker is signed in. */
function sessionsOf({ userId, apiKeyId }: Caller): SessionsOf {
  return { userId, apiKeyId: apiKeyId ?? null };
}

function sessionAnswer(row: ListedSessionRow, caller: Caller) {
  return {
    id: row.id,
    current: row.id === caller.sessionId,
    method: row.method,
    ...(row.apiKeyId === null ? {} : { apiKeyId: row.apiKeyId }),
    ...(row.apiKeyName === null ? {} : { apiKeyName: row.apiKeyName }),
    ...(row.identityProviderName === null ? {} : { identityProviderName: row.identityProviderName }),
    address: row.address,
    userAgent: row.userAgent,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}
