/** What the HTTP room asks of identity. */
import type { Caller } from '@cellplane/api';
import { createDoors } from './doors.js';
import { type SessionDeps, userOfToken } from './session.js';

export interface Identity extends SessionDeps {
  /** The caller behind a bearer token, or nothing if it is not good (any more). */
  authenticate(jwt: string): Promise<Caller | undefined>;
}

/** Binds identity to a database and a signing key. */
export function createIdentity(deps: Omit<SessionDeps, 'doors'> & Partial<Pick<SessionDeps, 'doors'>>): Identity {
  const sessions: SessionDeps = { doors: createDoors(), ...deps };
  return {
    ...sessions,
    async authenticate(jwt) {
      const user = await userOfToken(sessions, jwt);
      if (user === undefined) return undefined;
      return { userId: user.id, email: user.email, orgId: user.orgId, roleType: user.roleType };
    },
  };
}
