/** Handlers of the session operations. */
import type { Handlers } from '@cellplane/api';
import { badRequest } from '../errors.js';
import type { Visitor } from './doors.js';
import { refresh, revoke, type SessionDeps } from './session.js';
import { signIn } from './sign-in.js';
import { checkSignIn } from './sign-in-fields.js';

export type IdentityHandlers = Pick<Handlers, 'signin' | 'refreshToken' | 'revokeToken'>;

/** Binds the session operations. */
export function identityHandlers(deps: SessionDeps): IdentityHandlers {
  return {
    async signin({ body, ...request }) {
      const { code } = body;
      checkSignIn(body);
      return signIn(deps, { email: body.email, password: body.password, code, ...visitorOf(request) });
    },
    async refreshToken({ body, ...request }) {
      return refresh(deps, tokenOf(body), visitorOf(request));
    },
    async revokeToken({ body, ...request }) {
      await revoke(deps, tokenOf(body), visitorOf(request));
    },
  };
}

/** The client of a request, for the limits and for the list of sessions. */
export function visitorOf({
  address = 'unknown',
  userAgent,
  correlationId,
  signal,
}: {
  address?: string;
  userAgent?: string | undefined;
  correlationId?: string;
  signal?: AbortSignal;
}): Visitor {
  return {
    address,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function tokenOf(body: { refreshToken?: string }): string {
  if (body.refreshToken !== undefined && body.refreshToken !== '') return body.refreshToken;
  throw badRequest('missing-field', 'Invalid request: refreshToken is missing.', [{ field: 'refreshToken', message: 'is missing' }]);
}
