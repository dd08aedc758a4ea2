/** Addresses of the console's pages about people and governance. */
import { createRoute } from '@tanstack/react-router';
import { lazyRouteComponent } from '../app/lazy-page';
import { shell } from '../app/shell-route';

const getParentRoute = () => shell;

export const governanceRoutes = [
  createRoute({
    getParentRoute,
    path: '/console/customers',
    staticData: { isScoped: true },
    component: lazyRouteComponent(() => import('./customers/customers-page'), 'CustomersPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/customers/$userId',
    component: lazyRouteComponent(() => import('./customer/customer-page'), 'CustomerPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/subscriptions',
    staticData: { isScoped: true },
    component: lazyRouteComponent(() => import('./subscriptions/subscriptions-page'), 'SubscriptionsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/subscriptions/$subscriptionId',
    component: lazyRouteComponent(() => import('./subscription/subscription-page'), 'SubscriptionPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/requests',
    staticData: { isScoped: true },
    component: lazyRouteComponent(() => import('./requests/requests-page'), 'RequestsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/usage',
    staticData: { isScoped: true },
    component: lazyRouteComponent(() => import('./usage/usage-page'), 'UsagePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/people',
    component: lazyRouteComponent(() => import('./people/people-page'), 'PeoplePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/identity-providers',
    component: lazyRouteComponent(() => import('./identity-providers/identity-providers-page'), 'IdentityProvidersPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/notifications',
    component: lazyRouteComponent(() => import('./notifications/notifications-page'), 'NotificationsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/notifications/$channelId',
    component: lazyRouteComponent(() => import('./channel/channel-page'), 'ChannelPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/audit',
    staticData: { isScoped: true },
    component: lazyRouteComponent(() => import('./audit/audit-page'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/retention',
    component: lazyRouteComponent(() => import('./retention/retention-page'), 'RetentionPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/console/settings',
    component: lazyRouteComponent(() => import('./settings/settings-page'), 'SettingsPage'),
  }),
] as const;
