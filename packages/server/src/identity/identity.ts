/** What the HTTP room asks of identity. */
import type { Caller } from '@cellplane/api';
import { createDoors } from './doors.js';
import { type SessionDeps, userOfToken } from './session.js';
import { selectOpenSessions } from './store.js';

export interface Identity extends SessionDeps {
  /** The caller behind a bearer token, or nothing if it is not good (any more). */
  authenticate(jwt: string): Promise<(Caller & { session: { id: string; expiresAt: number } }) | undefined>;
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
      return { userId: user.id, email: user.email, orgId: user.orgId, roleType: user.roleType, session };
    },
    openSessions: (ids) => selectOpenSessions(deps.db, ids),
  };
}
