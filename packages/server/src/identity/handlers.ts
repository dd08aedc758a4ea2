/** Handlers of the session operations. */
import type { Handlers } from '@cellplane/api';
import { badRequest, DomainError } from '../errors.js';
import type { Visitor } from './doors.js';
import { refresh, revoke, type SessionDeps } from './session.js';
import { signIn } from './sign-in.js';
import { checkSignIn } from './sign-in-fields.js';
import { selectUser } from './store.js';

export type IdentityHandlers = Pick<Handlers, 'signin' | 'refreshToken' | 'revokeToken' | 'describeUser'>;

/** Binds the session operations. */
export function identityHandlers(deps: SessionDeps): IdentityHandlers {
  return {
    async signin({ body, ...request }) {
      checkSignIn(body);
      return signIn(deps, { email: body.email, password: body.password, ...visitorOf(request) });
    },
    async refreshToken({ body, ...request }) {
      return refresh(deps, tokenOf(body), visitorOf(request));
    },
    async revokeToken({ body, ...request }) {
      await revoke(deps, tokenOf(body), visitorOf(request));
    },
    async describeUser({ caller }) {
      const user = await selectUser(deps.db, caller.userId);
      if (user === undefined) throw new DomainError('auth_failure', 'no-such-user', 'This user no longer exists: sign in again.');
      return {
        id: user.id,
        email: user.email,
        name: user.name,
        orgId: user.orgId,
        orgName: user.orgName,
        // Of a session that was begun with an API key: the key's.
        roleType: caller.roleType,
        status: user.status,
        enabled: user.status === 'ACTIVE',
        createdAt: user.createdAt.toISOString(),
        lastModifiedAt: user.modifiedAt.toISOString(),
        attributes: {},
      };
    },
  };
}

/** The client of a request, for the limits and for the list of sessions. */
export function visitorOf({
  address = 'unknown',
  userAgent,
  signal,
}: {
  address?: string;
  userAgent?: string | undefined;
  signal?: AbortSignal;
}): Visitor {
  return { address, ...(userAgent === undefined ? {} : { userAgent }), ...(signal === undefined ? {} : { signal }) };
}

function tokenOf(body: { refreshToken?: string }): string {
  if (body.refreshToken !== undefined && body.refreshToken !== '') return body.refreshToken;
  throw badRequest('missing-field', 'Invalid request: refreshToken is missing.', [{ field: 'refreshToken', message: 'is missing' }]);
}
