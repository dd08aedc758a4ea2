/** What instances use, and what it costs (docs/usage.md). */
import { type Static, Type } from 'typebox';
import { customer, provider } from '../../access.js';
import { optional, optionalText, text, within } from '../../field.js';
import { operation } from '../../operation.js';

const amount = Type.Number();

/** Hours of a core, of a GiB of memory, of a GiB of storage, of a replica. */
const used = { cpu: amount, memory: amount, storage: amount, replica: amount };

const UsedGroup = Type.Object({
  /** The id, the day, or the value of the tag; '': instances without the tag. */
  key: text,
  /** As people know it: an instance's name, a plan, a customer's organization. */
  name: text,
  /** Of an instance and a subscription: their plan. */
  plan: optionalText,
  /** The product. */
  service: optionalText,
  ...used,
  /** In the currency of the plan's prices; absent: nothing that is metered has a price. */
  cost: optional(amount),
  /** An instance of it is still there. */
  live: Type.Boolean(),
});

export const Usage = Type.Object({
  /** First and last day, `2026-12-03`, UTC. */
  from: text,
  to: text,
  by: text,
  total: Type.Object({ ...used, cost: optional(amount) }),
  /** What costs most first, 1,000 at most; days in their order. */
  groups: Type.Array(UsedGroup),
  /** Keys of tags that the instances had, the most used first. */
  tagKeys: Type.Array(text),
  /** Until when the cells of the caller's instances are counted; absent: no instance is there. */
  countedUntil: optionalText,
});
export type Usage = Static<typeof Usage>;

const days = { startDate: optionalText, endDate: optionalText };

/** As the reference has it: each dimension once, or once a day. `dimension`: see docs/usage.md. */
const spent = {
  startTime: text,
  endTime: text,
  usage: Type.Array(Type.Object({ dimension: text, total: amount, startTime: text, endTime: text })),
};
const ofCustomer = Type.Object(spent);
const ofSubscription = Type.Object({
  usage: Type.Object({
    subscriptionID: text,
    serviceID: text,
    serviceName: text,
    environmentID: text,
    environmentName: text,
    environmentType: text,
    productTierID: text,
    productTierName: text,
    organizationID: text,
    organizationName: text,
    userID: text,
    userEmail: text,
    ...spent,
  }),
});

export const usageOperations = {
  describeUsage: operation({
    id: 'cellplane#DescribeUsage',
    api: 'ours',
    route: 'GET /api/usage',
    summary:
      'What the instances that the caller may see have used, and what it costs: by instance, day, subscription, plan, customer or tag',
    access: customer('instance:read'),
    query: Type.Object({
      ...within,
      /** Days or moments; both days are in it. Default: this month until today. */
      from: optionalText,
      to: optionalText,
      /** instance (default), day, subscription, plan, customer or tag. */
      by: optionalText,
      /** Key of the tag, where `by` is tag. */
      tag: optionalText,
      instanceId: optionalText,
      subscriptionId: optionalText,
      productTierId: optionalText,
      orgId: optionalText,
    }),
    response: Usage,
  }),
  customerDescribeUsage: operation({
    id: 'consumption-usage-api#GetCurrentConsumptionUsage',
    api: 'v1',
    route: 'GET /resource-instance/usage',
    summary: 'What was used this month',
    access: customer('instance:read'),
    query: Type.Object({ subscriptionID: optionalText }),
    response: ofCustomer,
  }),
  customerDescribeUsagePerDay: operation({
    id: 'consumption-usage-api#GetConsumptionUsagePerDay',
    api: 'v1',
    route: 'GET /resource-instance/usage-per-day',
    summary: 'What was used, day by day',
    access: customer('instance:read'),
    query: Type.Object({ ...days, subscriptionID: optionalText }),
    response: ofCustomer,
  }),
  describeSubscriptionUsage: operation({
    id: 'usage-api#GetCurrentUsage',
    api: 'fleet',
    route: 'GET /fleet/usage/{subscriptionId}',
    summary: 'What a subscription has used this month',
    access: provider('customer:read', 'lists'),
    response: ofSubscription,
  }),
  describeSubscriptionUsagePerDay: operation({
    id: 'usage-api#GetUsagePerDay',
    api: 'fleet',
    route: 'GET /fleet/usage-per-day/{subscriptionId}',
    summary: 'What a subscription has used, day by day',
    access: provider('customer:read', 'lists'),
    query: Type.Object(days),
    response: ofSubscription,
  }),
};
