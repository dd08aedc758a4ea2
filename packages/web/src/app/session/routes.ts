/** Pages of somebody who is not signed in. Their paths are those that links in mails have, which portals of the reference have, too. */
import { createRoute, redirect } from '@tanstack/react-router';
import { lazyRouteComponent } from '../lazy-page';
import { session } from '../client';
import { root } from '../shell-route';
import { placeAfter } from './place-after';

/** Those of the named members of an address that are texts; a number is a text of digits. */
const texts =
  <N extends string>(names: readonly N[]) =>
  (search: Record<string, unknown>) =>
    Object.fromEntries(
      names.flatMap((name) => (['string', 'number'].includes(typeof search[name]) ? [[name, String(search[name])]] : [])),
    ) as Partial<Record<N, string>>;
const signInSearch = texts(['to', 'email']);
const emailSearch = texts(['email']);
const tokenSearch = texts(['email', 'token']);
const answerSearch = texts(['code', 'state', 'iss', 'error', 'error_description']);

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  beforeLoad: async ({ search }) => {
    // A server that does not answer now is told of when the person signs in.
    if ((await session.token().catch(() => undefined)) !== undefined) throw redirect({ href: placeAfter(search.to) });
  },
  component: lazyRouteComponent(() => import('../sign-in/sign-in-page'), 'SignInPage'),
});
/** As mails write it. */
const signInOfMails = createRoute({
  getParentRoute: () => root,
  path: '/signin',
  validateSearch: signInSearch,
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/sign-in', search });
  },
});
const returned = createRoute({
  getParentRoute: () => root,
  path: '/idp-auth',
  validateSearch: answerSearch,
  component: lazyRouteComponent(() => import('../sign-in/returned-page'), 'ReturnedPage'),
});
const signUp = createRoute({
  getParentRoute: () => root,
  path: '/signup',
  validateSearch: emailSearch,
  component: lazyRouteComponent(() => import('../sign-up/sign-up-page'), 'SignUpPage'),
});
const confirm = createRoute({
  getParentRoute: () => root,
  path: '/validate-token',
  validateSearch: tokenSearch,
  component: lazyRouteComponent(() => import('../sign-up/confirm-page'), 'ConfirmPage'),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  validateSearch: emailSearch,
  component: lazyRouteComponent(() => import('../password/forgot-page'), 'ForgotPage'),
});
const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/change-password',
  validateSearch: tokenSearch,
  component: lazyRouteComponent(() => import('../password/new-password-page'), 'NewPasswordPage'),
});
const accept = createRoute({
  getParentRoute: () => root,
  path: '/accept-invitation',
  validateSearch: tokenSearch,
  component: lazyRouteComponent(() => import('../invitation/accept-page'), 'AcceptPage'),
});

export const sessionRoutes = [signIn, signInOfMails, returned, signUp, confirm, forgot, newPassword, accept] as const;
