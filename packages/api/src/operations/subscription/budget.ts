/** Budgets: what the use of a subscription may cost in a month (docs/budgets.md). */
import { type Static, Type } from 'typebox';
import { customer } from '../../access.js';
import { customTag, flag, optional, optionalFlag, optionalText, required, text } from '../../field.js';
import { operation } from '../../operation.js';

const percents = Type.Array(Type.Integer());

export const Budget = Type.Object({
  id: text,
  name: text,
  subscriptionId: text,
  serviceName: text,
  productTierName: text,
  /** What a month may cost, in the currency of the plan's prices. */
  amount: Type.Number(),
  /** Only instances with this tag count; absent: all of the subscription. */
  tag: optional(customTag),
  /** At these parts of the amount, in per cent, the members are told. */
  alertPercents: percents,
  /** They are told, too, when the month is expected to cost more than the amount. */
  alertExpected: flag,
  /** The present one. */
  month: Type.Object({
    /** First and last day, `2026-12-03`, UTC. */
    from: text,
    to: text,
    /** Until now; absent: something was used, and nothing of it has a price. */
    spent: optional(Type.Number()),
    /** Of the whole month, at the rate of the last days; absent: not enough is known. */
    expected: optional(Type.Number()),
    /** What was told, in order. `percent`: the part that was reached; absent where `isExpected`. */
    alerts: Type.Array(Type.Object({ isExpected: flag, percent: optional(Type.Integer()), at: text })),
  }),
  createdBy: text,
  createdAt: text,
  modifiedAt: text,
});
export type Budget = Static<typeof Budget>;

const alerts = {
  /** Default: 50, 80 and 100. Empty: none. */
  alertPercents: optional(percents),
  /** Default: true. */
  alertExpected: optionalFlag,
};

export const budgetOperations = {
  listBudgets: operation({
    id: 'cellplane#ListBudgets',
    api: 'ours',
    route: 'GET /api/budgets',
    summary: 'Budgets of the caller’s subscriptions, with what this month has cost and is expected to cost',
    access: customer('instance:read'),
    query: Type.Object({ subscriptionId: optionalText }),
    response: Type.Object({ budgets: Type.Array(Budget) }),
  }),
  describeBudget: operation({
    id: 'cellplane#DescribeBudget',
    api: 'ours',
    route: 'GET /api/budgets/{id}',
    summary: 'A budget, with what this month has cost and is expected to cost',
    access: customer('instance:read'),
    response: Budget,
  }),
  createBudget: operation({
    id: 'cellplane#CreateBudget',
    api: 'ours',
    route: 'POST /api/budgets',
    summary: 'Make a budget: what a month of a subscription may cost; its members are told when parts of it are spent',
    access: customer('instance:write'),
    body: Type.Object({ subscriptionId: required, name: required, amount: Type.Number(), tag: optional(customTag), ...alerts }),
    response: Type.Object({ id: text }),
  }),
  updateBudget: operation({
    id: 'cellplane#UpdateBudget',
    api: 'ours',
    route: 'PATCH /api/budgets/{id}',
    summary: 'Change a budget; missing members stay as they are',
    access: customer('instance:write'),
    body: Type.Object({ name: optionalText, amount: optional(Type.Number()), ...alerts }),
    response: Budget,
  }),
  deleteBudget: operation({
    id: 'cellplane#DeleteBudget',
    api: 'ours',
    route: 'DELETE /api/budgets/{id}',
    summary: 'Delete a budget',
    access: customer('instance:write'),
  }),
};
