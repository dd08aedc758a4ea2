/** Looks at what was spent, and tells of budgets that are reached, or are expected to be passed. */
import { databaseTime } from '../database/clock.js';
import { type Database, type Transaction, transaction } from '../database/database.js';
import { tell } from '../events/tell.js';
import { selectDailyCosts } from '../usage/usage-store.js';
import { dueAlerts, type DailyCost, EXPECTED, firstDayOf, type Spending, spendingOf } from './month.js';
import { type BudgetRow, holdDueBudgets, insertAlerts } from './store.js';

const AT_ONCE = 100;

/**
 * Looks at all budgets that are due. What is told is noted in the transaction that tells it: a copy of the program that is killed has told
 * nothing, and no alert is told twice in a month.
 */
export async function watchBudgets(db: Database, everyMs: number): Promise<void> {
  while ((await transaction(db, (tx) => lookAtSome(tx, everyMs))) === AT_ONCE);
}

async function lookAtSome(tx: Transaction, everyMs: number): Promise<number> {
  const budgets = await holdDueBudgets(tx, { everyMs, limit: AT_ONCE });
  const spendings = await spendingsOf(tx, budgets);
  for (const budget of budgets) await tellOf(tx, budget, spendings.get(budget.id) as Spending);
  return budgets.length;
}

/** What the present month of each of them costs, by its id. */
export async function spendingsOf(db: Database | Transaction, budgets: readonly BudgetRow[]): Promise<Map<string, Spending>> {
  if (budgets.length === 0) return new Map();
  const now = await databaseTime(db);
  const costs = await selectDailyCosts(db, budgets, firstDayOf(now));
  const days = new Map<string, DailyCost[]>();
  for (const { key, ...day } of costs) days.set(key, [...(days.get(key) ?? []), day]);
  return new Map(budgets.map(({ id }) => [id, spendingOf(days.get(id) ?? [], now)]));
}

/** Of several parts that are reached at once, the highest is told; what is expected is told for itself. */
async function tellOf(tx: Transaction, budget: BudgetRow, spending: Spending): Promise<void> {
  const told = new Set(budget.alerts.map(({ percent }) => percent));
  const due = dueAlerts(budget, spending).filter((percent) => !told.has(percent));
  const highest = due.findLast((percent) => percent !== EXPECTED);
  if (due.length === 0) return;
  await insertAlerts(tx, budget.id, spending.from, due);
  const { id, subscriptionId, orgId, providerOrgId, serviceId, amount } = budget;
  const of = { subscriptionId, orgId, providerOrgId, serviceId, month: spending.from, amount, spent: spending.spent ?? 0 };
  if (due.includes(EXPECTED))
    await tell(tx, { kind: 'budget-expected', subject: id, payload: { ...of, expected: spending.expected ?? 0 } });
  if (highest !== undefined) await tell(tx, { kind: 'budget-reached', subject: id, payload: { ...of, percent: highest } });
}
