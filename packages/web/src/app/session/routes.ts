/** Pages of somebody who is not signed in. */
import { createRoute, redirect } from '@tanstack/react-router';
import { session } from '../client';
import { root } from '../shell-route';
import { placeAfter, SignInPage } from '../sign-in/sign-in-page';

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } => (typeof search['to'] === 'string' ? { to: search['to'] } : {}),
  beforeLoad: async ({ search }) => {
    // A server that does not answer now is told of when the person signs in.
    if ((await session.token().catch(() => undefined)) !== undefined) throw redirect({ href: placeAfter(search.to) });
  },
  component: SignInPage,
});

export const sessionRoutes = [signIn] as const;
