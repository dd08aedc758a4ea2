/** What the HTTP room asks of identity. */
import type { Principal } from './authorize.js';
import { createDoors } from './doors.js';
import { cappedBy } from './keys/key-role.js';
import { type SessionDeps, userOfToken } from './session.js';
import { selectOpenSessions } from './store.js';

export interface Identity extends SessionDeps {
  /** The person behind a bearer token, or nothing if it is not good (any more). */
  authenticate(jwt: string): Promise<(Principal & { session: { id: string; expiresAt: number } }) | undefined>;
  /** Of these sessions, those that have not ended, and the database's time in epoch seconds. */
  openSessions(ids: string[]): Promise<{ open: Set<string>; now: number }>;
}

/** Binds identity to a database and a signing key. */
export function createIdentity(deps: Omit<SessionDeps, 'doors'> & Partial<Pick<SessionDeps, 'doors'>>): Identity {
  const sessions: SessionDeps = { doors: createDoors(), ...deps };
  return {
    ...sessions,
    async authenticate(jwt) {
      const found = await userOfToken(sessions, jwt);
      if (found === undefined) return undefined;
      const { user, token } = found;
      const session = { id: token.sessionId, expiresAt: token.expiresAt };
      const { id: userId, email, orgId, roleType, providerOrgId, memberships, grants, apiKeyId, keyRole } = user;
      const roles = { roleType, memberships: memberships ?? [], grants: grants ?? [] };
      const who = { userId, email, orgId, providerOrgId, sessionId: token.sessionId, session };
      return apiKeyId === null || keyRole === null ? { ...who, ...roles } : { ...who, apiKeyId, ...cappedBy(keyRole, roles) };
    },
    openSessions: (ids) => selectOpenSessions(deps.db, ids),
  };
}
