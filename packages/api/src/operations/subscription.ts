/** Subscriptions of a plan's customers, as their provider sees them. */
import { Type } from 'typebox';
import { flag, optionalFlag, optionalText, optionalWhole, text, texts, whole } from '../field.js';
import { provider } from '../access.js';
import { operation } from '../operation.js';

const Subscription = Type.Object({
  id: text,
  status: text,
  defaultSubscription: flag,
  instanceCount: whole,
  productTierId: text,
  productTierName: text,
  serviceId: text,
  serviceName: text,
  rootUserId: text,
  rootUserEmail: text,
  rootUserName: text,
  rootUserOrgId: text,
  createdAt: text,
  updatedAt: text,
  updatedByUserId: text,
  updatedByUserName: text,
});

const FE = '/fleet/service/{serviceId}/environment/{environmentId}' as const;

export const subscriptionOperations = {
  listSubscriptions: operation({
    id: 'inventory-api#ListSubscription',
    api: 'fleet',
    route: `GET ${FE}/subscription`,
    summary: 'Subscriptions of the plans of an environment',
    access: provider('customer:read', '{serviceId}'),
    query: Type.Object({
      productTierId: optionalText,
      includeInactive: optionalFlag,
      excludePricing: optionalFlag,
      excludeStats: optionalFlag,
      nextPageToken: optionalText,
      pageSize: optionalWhole,
    }),
    response: Type.Object({ ids: texts, subscriptions: Type.Array(Subscription), nextPageToken: optionalText }),
  }),
  describeSubscription: operation({
    id: 'inventory-api#DescribeSubscription',
    api: 'fleet',
    route: `GET ${FE}/subscription/{id}`,
    summary: 'One subscription of a plan of an environment',
    access: provider('customer:read', '{serviceId}'),
    response: Subscription,
  }),
};
