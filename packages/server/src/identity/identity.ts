/** What the HTTP room asks of identity. */
import type { Caller } from '@cellplane/api';
import { createAttempts } from './attempts.js';
import { type SessionDeps, userOfToken } from './session.js';

export interface Identity extends SessionDeps {
  /** The caller behind a bearer token, or nothing if it is not good (any more). */
  authenticate(jwt: string): Promise<Caller | undefined>;
}

/** Binds identity to a database and a signing key. */
export function createIdentity(deps: Omit<SessionDeps, 'attempts'> & Partial<Pick<SessionDeps, 'attempts'>>): Identity {
  const sessions: SessionDeps = { attempts: createAttempts(), ...deps };
  return {
    ...sessions,
    async authenticate(jwt) {
      const user = await userOfToken(sessions, jwt);
      if (user === undefined) return undefined;
      return { userId: user.id, email: user.email, orgId: user.orgId, roleType: user.roleType };
    },
  };
}
