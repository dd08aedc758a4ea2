/** A customer's own subscriptions, and what they ask their provider for. */
import { Type } from 'typebox';
import { flag, optional, optionalFlag, optionalText, optionalWhole, required, text, texts } from '../../field.js';
import { customer } from '../../access.js';
import { operation } from '../../operation.js';

const OwnSubscription = Type.Object({
  id: text,
  status: text,
  /** The caller's own. */
  roleType: text,
  defaultSubscription: flag,
  serviceId: text,
  serviceName: text,
  serviceLogoURL: text,
  serviceOrgId: text,
  serviceOrgName: text,
  productTierId: text,
  productTierName: text,
  rootUserId: text,
  rootUserName: text,
  rootUserOrgId: text,
  rootUserOrgName: text,
  subscriptionOwnerName: text,
  createdAt: text,
  cloudProviderNames: texts,
  /** There are no accounts of customers here: empty. */
  accountConfigIdentityId: text,
  maxNumberOfInstances: optionalWhole,
  allowCreatesWhenPaymentNotConfigured: flag,
  paymentMethodConfigured: optionalFlag,
});

export const SubscriptionRequest = Type.Object({
  id: text,
  status: text,
  serviceId: text,
  serviceName: text,
  serviceLogoURL: text,
  productTierId: text,
  productTierName: text,
  rootUserId: text,
  rootUserEmail: text,
  rootUserName: text,
  createdAt: text,
  updatedAt: text,
  updatedByUserId: text,
  updatedByUserName: text,
  /** Ours: what came of it. */
  subscriptionId: optionalText,
  /** Ours: what the customer said to it; empty: nothing. */
  message: text,
  /** Ours: what the provider has written with the answer. */
  answer: optionalText,
});

export const SubscriptionRequests = Type.Object({ ids: texts, subscriptionRequests: Type.Array(SubscriptionRequest) });

const plan = Type.Object({ serviceId: required, productTierId: required });

/** What people write to each other about a request. */
export const requestWords = optional(Type.String({ maxLength: 2_000 }));

export const customerSubscriptionOperations = {
  customerListSubscriptions: operation({
    id: 'subscription-api#ListSubscriptions',
    api: 'v1',
    route: 'GET /subscription',
    summary: 'Subscriptions that the caller is a member of, newest first',
    access: customer('subscription:read'),
    query: Type.Object({ serviceId: optionalText, environmentType: optionalText, includeInactive: optionalFlag }),
    response: Type.Object({ ids: texts, subscriptions: Type.Array(OwnSubscription) }),
  }),
  customerDescribeSubscription: operation({
    id: 'subscription-api#DescribeSubscription',
    api: 'v1',
    route: 'GET /subscription/{id}',
    summary: 'One subscription that the caller is a member of',
    access: customer('subscription:read'),
    response: OwnSubscription,
  }),
  customerSubscribe: operation({
    id: 'subscription-api#CreateSubscription',
    api: 'v1',
    route: 'POST /subscription',
    summary: 'Subscribe to a plan that needs no approval; the answer is the id as a JSON string',
    access: customer('catalog:subscribe'),
    body: plan,
    response: text,
  }),
  customerUnsubscribe: operation({
    id: 'subscription-api#DeleteSubscription',
    api: 'v1',
    route: 'DELETE /subscription/{id}',
    summary: 'End a subscription that has no instances and no snapshots',
    access: customer('subscription:write'),
  }),
  customerListSubscriptionRequests: operation({
    id: 'subscription-request-api#ListSubscriptionRequests',
    api: 'v1',
    route: 'GET /subscription/request',
    summary: 'What the caller has asked for, newest first',
    access: customer('subscription:read'),
    query: Type.Object({ status: optionalText }),
    response: SubscriptionRequests,
  }),
  customerDescribeSubscriptionRequest: operation({
    id: 'subscription-request-api#DescribeSubscriptionRequest',
    api: 'v1',
    route: 'GET /subscription/request/{id}',
    summary: 'One request of the caller',
    access: customer('subscription:read'),
    response: SubscriptionRequest,
  }),
  customerRequestSubscription: operation({
    id: 'subscription-request-api#CreateSubscriptionRequest',
    api: 'v1',
    route: 'POST /subscription/request',
    summary: 'Ask for a subscription of a plan that needs approval; the answer is the id as a JSON string',
    access: customer('catalog:subscribe'),
    body: Type.Object({
      ...plan.properties,
      /** Ours: to the provider. */
      message: optional(Type.String({ maxLength: 1_000 })),
    }),
    response: text,
  }),
  customerCancelSubscriptionRequest: operation({
    id: 'subscription-request-api#CancelSubscriptionRequest',
    api: 'v1',
    route: 'DELETE /subscription/request/{id}',
    summary: 'Take a request back that has not been answered',
    access: customer('catalog:subscribe'),
  }),
  describeBillingStatus: operation({
    id: 'consumption-billing-api#DescribeConsumptionBillingStatus',
    api: 'v1',
    route: 'GET /resource-instance/billing-status',
    summary: 'Whether the caller is billed: nobody is',
    access: customer('catalog:read'),
    response: Type.Object({ enabled: flag }),
  }),
};
