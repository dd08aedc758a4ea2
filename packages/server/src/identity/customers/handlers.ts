/** Handlers of customers' accounts, and of everybody's own. */
import type { Handlers } from '@cellplane/api';
import { DomainError, notFound } from '../../errors.js';
import { visitorOf } from '../handlers.js';
import { checkSignIn } from '../sign-in-fields.js';
import { signInWithPassword } from '../sign-in.js';
import { endSession } from '../store.js';
import { selectCustomerForSignIn } from './account-store.js';
import type { CustomerDeps } from './deps.js';
import { deleteAccount } from './leave.js';
import { changePassword, replacePassword, requestReset } from './passwords.js';
import { describeUser, updateProfile } from './profile.js';
import { describeSignIn } from './sign-in-page.js';
import { signUp, verifyAddress } from './sign-up.js';
import { givenEnvironmentType } from '../../request-text/environment-type.js';

export type AccountHandlers = Pick<
  Handlers,
  | 'customerSignup'
  | 'signUpHere'
  | 'describeSignIn'
  | 'signup'
  | 'validateToken'
  | 'customerSignin'
  | 'customerResetPassword'
  | 'resetPassword'
  | 'changePassword'
  | 'updatePassword'
  | 'describeUser'
  | 'updateUser'
  | 'customerDeleteUser'
  | 'logout'
>;

/** Binds the operations on accounts. */
export function accountHandlers(deps: CustomerDeps): AccountHandlers {
  const { db } = deps;
  return {
    customerSignup: ({ body, caller, ...request }) => signUp(deps, caller.orgId, body, visitorOf(request)),
    signUpHere: ({ body, ...request }) => signUp(deps, deps.providerOrgId, body, visitorOf(request)),
    describeSignIn: (request) => describeSignIn(deps, visitorOf(request)),
    async signup() {
      throw new DomainError(
        'forbidden',
        'provider-sign-up-closed',
        'This server has its provider already, and makes no others by sign-up. An administrator of the provider invites colleagues; customers sign up with the provider.',
      );
    },
    validateToken: ({ body, ...request }) => verifyAddress(deps, body, visitorOf(request)),
    async customerSignin({ body, caller, ...request }) {
      const { environmentType, code } = body;
      checkSignIn(body);
      const alsoOwnPeople = (givenEnvironmentType(environmentType) ?? 'PROD') !== 'PROD';
      const email = body.email.trim();
      return signInWithPassword(deps, { email, password: body.password, code, isPortal: true, ...visitorOf(request) }, (of) =>
        selectCustomerForSignIn(db, { ...of, providerOrgId: caller.orgId, alsoOwnPeople }),
      );
    },
    customerResetPassword: ({ body, caller, ...request }) =>
      requestReset(deps, { email: body.email, customersOf: caller.orgId }, visitorOf(request)),
    resetPassword: ({ body, ...request }) => requestReset(deps, { email: body.email, customersOf: undefined }, visitorOf(request)),
    changePassword: ({ body, ...request }) => changePassword(deps, body, visitorOf(request)),
    updatePassword: ({ body, caller, ...request }) =>
      replacePassword(
        deps,
        { userId: caller.userId, currentPassword: body.currentPassword ?? '', password: body.password },
        visitorOf(request),
      ),
    describeUser: ({ caller }) => describeUser(db, caller),
    updateUser: ({ params, body, caller }) => updateProfile(db, caller, params.id, body),
    async customerDeleteUser({ caller }) {
      // A session that was begun with an API key is never a root's.
      if (caller.roleType !== 'root')
        throw new DomainError('forbidden', 'role-not-allowed', 'Sign in with your password to delete your account.');
      await deleteAccount(deps, caller.userId);
    },
    async logout({ caller }) {
      if (caller.sessionId === undefined) throw notFound('session', '');
      await endSession(db, caller.sessionId);
    },
  };
}
