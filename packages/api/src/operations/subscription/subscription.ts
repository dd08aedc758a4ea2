/** Subscriptions of a plan's customers, as their provider sees and changes them. */
import { Type } from 'typebox';
import { anything, flag, optional, optionalFlag, optionalText, optionalWhole, required, text, texts, whole } from '../../field.js';
import { provider } from '../../access.js';
import { operation } from '../../operation.js';
import { requestWords, SubscriptionRequest, SubscriptionRequests } from './customer.js';

export const Subscription = Type.Object({
  id: text,
  status: text,
  defaultSubscription: flag,
  instanceCount: whole,
  productTierId: text,
  productTierName: text,
  serviceId: text,
  serviceName: text,
  serviceLogoURL: text,
  rootUserId: text,
  rootUserEmail: text,
  rootUserName: text,
  rootUserOrgId: text,
  /** Members. */
  userCount: whole,
  /** Its own limit, else the one that it began with; -1: none. */
  maxNumberOfInstances: optionalWhole,
  externalPayerId: text,
  allowCreatesWhenPaymentNotConfigured: flag,
  /** Ours: version, price and limit of the plan when it began. */
  terms: anything,
  createdAt: text,
  updatedAt: text,
  updatedByUserId: text,
  updatedByUserName: text,
});

const FE = '/fleet/service/{serviceId}/environment/{environmentId}' as const;
const SUBSCRIPTION = `${FE}/subscription/{id}` as const;
const REQUEST = `${FE}/subscription/request/{id}` as const;

const settings = {
  maxNumberOfInstances: optional(Type.Integer({ minimum: -1, maximum: 1_000_000 })),
  externalPayerId: optionalText,
  allowCreatesWhenPaymentNotConfigured: optionalFlag,
  billingProvider: optionalText,
  customPrice: optionalFlag,
  customPricePerUnit: optional(anything),
  priceEffectiveDate: optionalText,
};

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
  createSubscription: operation({
    id: 'inventory-api#CreateSubscriptionOnBehalfOfCustomer',
    api: 'fleet',
    route: `POST ${FE}/subscription`,
    summary: 'Make a subscription on behalf of a customer, who becomes its root; needs no approval',
    access: provider('customer:write', '{serviceId}'),
    body: Type.Object({
      productTierId: required,
      onBehalfOfCustomerUserId: optionalText,
      /** Ours: instead of the id. */
      onBehalfOfCustomerEmail: optionalText,
      ...settings,
    }),
    response: Type.Object({ id: text }),
  }),
  updateSubscriptions: operation({
    id: 'inventory-api#UpdateSubscriptions',
    api: 'fleet',
    route: `PATCH ${FE}/subscriptions`,
    summary: 'Change limits and the like of several subscriptions: of all, or of none',
    access: provider('customer:write', '{serviceId}'),
    body: Type.Object({ subscriptionIDs: Type.Array(required, { minItems: 1, maxItems: 500 }), ...settings }),
  }),
  describeSubscription: operation({
    id: 'inventory-api#DescribeSubscription',
    api: 'fleet',
    route: `GET ${SUBSCRIPTION}`,
    summary: 'One subscription of a plan of an environment',
    access: provider('customer:read', '{serviceId}'),
    response: Subscription,
  }),
  updateSubscription: operation({
    id: 'inventory-api#UpdateSubscription',
    api: 'fleet',
    route: `PATCH ${SUBSCRIPTION}`,
    summary: 'Change limits and the like of a subscription',
    access: provider('customer:write', '{serviceId}'),
    body: Type.Object(settings),
  }),
  terminateSubscription: operation({
    id: 'inventory-api#TerminateSubscription',
    api: 'fleet',
    route: `DELETE ${SUBSCRIPTION}`,
    summary: 'End a subscription that has no instances and no snapshots',
    access: provider('customer:write', '{serviceId}'),
  }),
  suspendSubscription: operation({
    id: 'inventory-api#SuspendSubscription',
    api: 'fleet',
    route: `PUT ${SUBSCRIPTION}/suspend`,
    summary: 'Let nothing new be created; what is there runs on',
    access: provider('customer:write', '{serviceId}'),
  }),
  resumeSubscription: operation({
    id: 'inventory-api#ResumeSubscription',
    api: 'fleet',
    route: `PUT ${SUBSCRIPTION}/resume`,
    summary: 'Let a suspended subscription create again',
    access: provider('customer:write', '{serviceId}'),
  }),
  listSubscriptionRequests: operation({
    id: 'inventory-api#ListSubscriptionRequests',
    api: 'fleet',
    route: `GET ${FE}/subscription/request`,
    summary: 'What customers have asked for, newest first',
    access: provider('customer:read', '{serviceId}'),
    query: Type.Object({ status: optionalText }),
    response: SubscriptionRequests,
  }),
  describeSubscriptionRequest: operation({
    id: 'inventory-api#DescribeSubscriptionRequest',
    api: 'fleet',
    route: `GET ${REQUEST}`,
    summary: 'One request of a customer',
    access: provider('customer:read', '{serviceId}'),
    response: SubscriptionRequest,
  }),
  approveSubscriptionRequest: operation({
    id: 'inventory-api#ApproveSubscriptionRequest',
    api: 'fleet',
    route: `PUT ${REQUEST}`,
    summary: 'Give what was asked for',
    access: provider('customer:write', '{serviceId}'),
    body: Type.Object({ answer: requestWords }),
  }),
  denySubscriptionRequest: operation({
    id: 'inventory-api#DenySubscriptionRequest',
    api: 'fleet',
    route: `DELETE ${REQUEST}`,
    summary: 'Refuse what was asked for',
    access: provider('customer:write', '{serviceId}'),
    /** Ours: the reason, for the customer. */
    body: Type.Object({ answer: requestWords }),
  }),
};
