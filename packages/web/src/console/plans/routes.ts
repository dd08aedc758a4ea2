/** Pages of products, plans, promotion, secrets, and the plan editor. */
import { createRoute } from '@tanstack/react-router';
import { lazyRouteComponent } from '../../app/lazy-page';
import { shell } from '../../app/shell-route';

/** The texts of an address that a page knows; whatever else is in it is left out. */
function only<Name extends string>(...names: readonly Name[]) {
  return (search: Record<string, unknown>): Partial<Record<Name, string>> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = search[name];
        // A version such as 2.0 is read as a number.
        if (typeof value === 'number') return [[name, name === 'version' || name === 'with' ? value.toFixed(1) : String(value)]];
        return typeof value === 'string' && value !== '' ? [[name, value]] : [];
      }),
    ) as Partial<Record<Name, string>>;
}

const products = createRoute({
  getParentRoute: () => shell,
  path: '/console/plans',
  staticData: { isScoped: true },
  component: lazyRouteComponent(() => import('./products/products-page'), 'ProductsPage'),
});
const product = createRoute({
  getParentRoute: () => shell,
  path: '/console/plans/$serviceId',
  component: lazyRouteComponent(() => import('./product/product-page'), 'ProductPage'),
});
const promotion = createRoute({
  getParentRoute: () => shell,
  path: '/console/plans/$serviceId/promote/$environmentId',
  component: lazyRouteComponent(() => import('./promotion/promotion-page'), 'PromotionPage'),
});
const plan = createRoute({
  getParentRoute: () => shell,
  path: '/console/plans/$serviceId/$environmentId/$planId',
  validateSearch: only('tab', 'version', 'with'),
  component: lazyRouteComponent(() => import('./plan/plan-page'), 'PlanPage'),
});
const secrets = createRoute({
  getParentRoute: () => shell,
  path: '/console/secrets',
  validateSearch: (search: Record<string, unknown>): { type?: string; set?: string } => ({
    ...(typeof search['type'] === 'string' ? { type: search['type'] } : {}),
    ...(typeof search['set'] === 'string' ? { set: search['set'] } : {}),
  }),
  component: lazyRouteComponent(() => import('./secrets/secrets-page'), 'SecretsPage'),
});
const editor = createRoute({
  getParentRoute: () => shell,
  path: '/console/plan-editor',
  validateSearch: only('product', 'service', 'environment', 'plan', 'version', 'tab'),
  component: lazyRouteComponent(() => import('./editor/editor-page'), 'EditorPage'),
});

export const planRoutes = [products, product, promotion, plan, secrets, editor] as const;
