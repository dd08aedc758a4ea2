/** Ours: subscriptions and requests of all products, for whoever looks at customers and not at one environment. */
import { Type } from 'typebox';
import { optionalText, optionalTexts, optionalWhole, text, within } from '../../field.js';
import { provider } from '../../access.js';
import { operation } from '../../operation.js';
import { SubscriptionRequest } from './customer.js';
import { Subscription } from './subscription.js';

const place = { environmentId: text, environmentName: text, environmentType: text };

const page = { nextPageToken: optionalText, pageSize: optionalWhole };

export const allSubscriptionOperations = {
  listAllSubscriptions: operation({
    id: 'cellplane#ListAllSubscriptions',
    api: 'ours',
    route: 'GET /api/subscriptions',
    summary: 'Subscriptions of all products, newest first: by words, status, product, plan, customer or member',
    access: provider('customer:read', 'lists'),
    query: Type.Object({
      ...page,
      /** A part of id, plan, product, organization, or of name or address of the root. */
      search: optionalText,
      status: optionalTexts,
      serviceId: optionalTexts,
      environmentId: optionalText,
      productTierId: optionalText,
      environmentType: optionalTexts,
      orgId: optionalText,
      id: optionalTexts,
    }),
    response: Type.Object({
      subscriptions: Type.Array(Type.Object({ ...Subscription.properties, ...place, rootUserOrgName: text })),
      nextPageToken: optionalText,
    }),
  }),
  listAllSubscriptionRequests: operation({
    id: 'cellplane#ListAllSubscriptionRequests',
    api: 'ours',
    route: 'GET /api/subscription-requests',
    summary: 'What customers have asked for, of all products, newest first',
    access: provider('customer:read', 'lists'),
    query: Type.Object({ ...page, ...within, status: optionalText, orgId: optionalText }),
    response: Type.Object({
      subscriptionRequests: Type.Array(
        Type.Object({ ...SubscriptionRequest.properties, ...place, rootUserOrgId: text, rootUserOrgName: text }),
      ),
      nextPageToken: optionalText,
    }),
  }),
};
