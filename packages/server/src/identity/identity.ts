/** What the HTTP room asks of identity. */
import type { Principal } from './authorize.js';
import { createDoors, type Visitor } from './doors.js';
import { cappedBy } from './keys/key-role.js';
import { refresh, type SessionDeps, type TokenPair, userOfToken } from './session.js';
import { selectOpenSessions, type SessionRoles } from './store.js';

export interface Identity extends SessionDeps {
  /** The person behind a bearer token, or nothing if it is not good (any more). */
  authenticate(jwt: string): Promise<(Principal & { session: { id: string; expiresAt: number; reach: string } }) | undefined>;
  /** Exchanges the refresh token that a browser's cookie holds; `isFresh`: that a sign-in has just given it. @throws DomainError auth_failure */
  exchangeOfBrowser(refreshToken: string, visitor: Visitor, options?: { isFresh?: boolean }): Promise<TokenPair>;
  /** Of these sessions, those that have not ended, by id what their roles reach; and the database's time in epoch seconds. */
  openSessions(ids: string[]): Promise<{ open: Map<string, string>; now: number }>;
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
      const session = { id: token.sessionId, expiresAt: token.expiresAt, reach: reachOf(user) };
      const { id: userId, email, orgId, roleType, providerOrgId, memberships, grants, apiKeyId, keyRole, mustEnrol } = user;
      const roles = { roleType, memberships: memberships ?? [], grants: grants ?? [] };
      const who = { userId, email, orgId, providerOrgId, sessionId: token.sessionId, session, mustEnrol };
      return apiKeyId === null || keyRole === null ? { ...who, ...roles } : { ...who, apiKeyId, ...cappedBy(keyRole, roles) };
    },
    exchangeOfBrowser: (refreshToken, visitor, { isFresh = false } = {}) =>
      refresh(sessions, refreshToken, visitor, { mayRepeat: !isFresh, isBrowser: true }),
    async openSessions(ids) {
      const rows = await selectOpenSessions(deps.db, ids);
      // Without one there is nothing that could still expire.
      return { open: new Map(rows.map((row) => [row.id, reachOf(row)])), now: rows[0]?.now ?? 0 };
    },
  };
}

/** All that a person's roles say, as one text: another text, another reach. */
function reachOf({ roleType, memberships, grants, keyRole, mustEnrol }: SessionRoles): string {
  const members = (memberships ?? []).map(({ subscriptionId, role }) => `${subscriptionId} ${role}`);
  const products = (grants ?? []).map(({ serviceId, role }) => `${serviceId} ${role}`);
  return [roleType, keyRole ?? '', mustEnrol ? 'must enrol' : '', ...members.toSorted(), ...products.toSorted()].join('\n');
}
