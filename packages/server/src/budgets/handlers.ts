/** Handlers of budgets: members of a subscription see its budgets, and who may change its instances sets them. */
import type { Budget, Handlers } from '@cellplane/api';
import { type Database, type Transaction, transaction } from '../database/database.js';
import { noteEffect } from '../database/idempotency-key.js';
import { invalidState, notFound } from '../errors.js';
import { tell } from '../events/tell.js';
import { newId } from '../identity/identifier.js';
import { requireAllowed, type Viewer } from '../identity/viewer.js';
import { isLive, lockSubscription } from '../subscriptions/store.js';
import { readTag, readTerms } from './budget.js';
import { EXPECTED, type Spending } from './month.js';
import {
  type BudgetRow,
  countBudgets,
  deleteBudget,
  forgetAlerts,
  insertBudget,
  isNameTaken,
  isOwnSubscription,
  selectBudget,
  selectBudgets,
  updateBudget,
} from './store.js';
import { spendingsOf } from './watch.js';

export type BudgetHandlers = Pick<Handlers, 'listBudgets' | 'describeBudget' | 'createBudget' | 'updateBudget' | 'deleteBudget'>;

/** Of one subscription. */
const MOST_BUDGETS = 50;

export function budgetHandlers({ db }: { db: Database }): BudgetHandlers {
  const shown = async (row: BudgetRow): Promise<Budget> => onWire(row, (await spendingsOf(db, [row])).get(row.id) as Spending);
  return {
    async listBudgets({ query: { subscriptionId }, caller }) {
      const given = subscriptionId === '' ? undefined : subscriptionId;
      if (given !== undefined) await findSubscription(db, caller, given);
      const rows = await selectBudgets(db, caller, given);
      const spendings = await spendingsOf(db, rows);
      return { budgets: rows.map((row) => onWire(row, spendings.get(row.id) as Spending)) };
    },
    async describeBudget({ params: { id }, caller }) {
      return shown(await findBudget(db, caller, id));
    },
    async createBudget({ body, caller }) {
      const terms = readTerms(body);
      const tag = body.tag === undefined ? undefined : readTag(body.tag);
      const { subscriptionId } = body;
      await findSubscription(db, caller, subscriptionId);
      requireAllowed(caller, 'subscription', { id: subscriptionId, subscriptionId });
      const id = newId('budget');
      await transaction(db, async (tx) => {
        const subscription = await lockSubscription(tx, subscriptionId, 'update');
        if (subscription === undefined || !isLive(subscription))
          throw invalidState('subscription-ended', `Subscription ${subscriptionId} has ended: nothing is spent in it any more.`);
        if ((await countBudgets(tx, subscriptionId)) >= MOST_BUDGETS)
          throw invalidState(
            'too-many-budgets',
            `Subscription ${subscriptionId} has ${MOST_BUDGETS} budgets, and no more are allowed. Delete one first.`,
          );
        if (!(await insertBudget(tx, { ...terms, id, subscriptionId, tag, by: caller.userId }))) throw nameTaken(terms.name);
        await tellChanged(tx, await findBudget(tx, caller, id));
        await noteEffect(tx, { id });
      });
      return { id };
    },
    async updateBudget({ params: { id }, body, caller }) {
      await transaction(db, async (tx) => {
        const row = await lockBudget(tx, caller, id);
        const terms = readTerms(body, row);
        if (await isNameTaken(tx, { ...row, name: terms.name })) throw nameTaken(terms.name);
        await updateBudget(tx, id, terms);
        if (terms.amount !== row.amount) await forgetAlerts(tx, id);
        await tellChanged(tx, row);
      });
      return shown(await findBudget(db, caller, id));
    },
    async deleteBudget({ params: { id }, caller }) {
      await transaction(db, async (tx) => {
        const row = await lockBudget(tx, caller, id);
        await deleteBudget(tx, id);
        await tellChanged(tx, row);
      });
    },
  };
}

/** One that the viewer may change. Budgets of one subscription are changed one after the other. @throws DomainError not_found, forbidden */
async function lockBudget(tx: Transaction, viewer: Viewer, id: string): Promise<BudgetRow> {
  const { subscriptionId } = await findBudget(tx, viewer, id);
  requireAllowed(viewer, 'budget', { id, subscriptionId });
  await lockSubscription(tx, subscriptionId, 'update');
  return findBudget(tx, viewer, id);
}

/** @throws DomainError not_found */
async function findBudget(db: Database | Transaction, viewer: Viewer, id: string): Promise<BudgetRow> {
  const row = await selectBudget(db, viewer, id);
  if (row === undefined) throw notFound('budget', id);
  return row;
}

/** @throws DomainError not_found unless it is one of the viewer's own */
async function findSubscription(db: Database, viewer: Viewer, id: string): Promise<void> {
  if (!(await isOwnSubscription(db, viewer, id))) throw notFound('subscription', id);
}

function nameTaken(name: string) {
  return invalidState('budget-exists', `The subscription has a budget "${name}" already: give it another name, or change that one.`);
}

async function tellChanged(tx: Transaction, { id, subscriptionId, orgId, providerOrgId, serviceId }: BudgetRow): Promise<void> {
  await tell(tx, { kind: 'budget-changed', subject: id, payload: { subscriptionId, orgId, providerOrgId, serviceId } });
}

function onWire(row: BudgetRow, { spent, expected, from, to }: Spending): Budget {
  const { id, name, subscriptionId, serviceName, planName, amount, alertPercents, alertExpected, tagKey, tagValue } = row;
  return {
    id,
    name,
    subscriptionId,
    serviceName,
    productTierName: planName,
    amount,
    ...(tagKey === null ? {} : { tag: { key: tagKey, value: tagValue ?? '' } }),
    alertPercents,
    alertExpected,
    month: {
      from,
      to,
      ...(spent === null ? {} : { spent: Number(spent.toFixed(6)) }),
      ...(expected === undefined ? {} : { expected: Number(expected.toFixed(6)) }),
      alerts: row.alerts
        .filter(({ month }) => month === from)
        .map(({ percent, at }) => ({
          ...(percent === EXPECTED ? { isExpected: true } : { isExpected: false, percent }),
          at: new Date(at).toISOString(),
        })),
    },
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    modifiedAt: row.modifiedAt.toISOString(),
  };
}
