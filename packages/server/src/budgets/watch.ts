/** Looks at what was spent, and tells of budgets that are reached, or are expected to be passed. */
import { databaseTime } from '../database/clock.js';
import { type Database, type Transaction, transaction } from '../database/database.js';
import { tell } from '../events/tell.js';
import { selectDailyCosts } from '../usage/usage-store.js';
import { dueAlerts, type DailyCost, EXPECTED, firstDayOf, lateMonthOf, type Spending, spendingOf, spentIn } from './month.js';
import { type BudgetRow, claimDueBudgets, holdBudgets, insertAlerts } from './store.js';

const AT_ONCE = 100;

/**
 * Looks at all budgets that are due. They are due again after a while before they are looked at, so what cannot be looked at holds up no
 * others. What is told is noted in the transaction that tells it: no alert is told twice.
 */
export async function watchBudgets(db: Database, everyMs: number): Promise<void> {
  for (let claimed = AT_ONCE; claimed === AT_ONCE; ) {
    const ids = await claimDueBudgets(db, { everyMs, limit: AT_ONCE });
    claimed = ids.length;
    if (claimed > 0) await transaction(db, (tx) => lookAt(tx, ids));
  }
}

async function lookAt(tx: Transaction, ids: readonly string[]): Promise<void> {
  const budgets = await holdBudgets(tx, ids);
  const now = await databaseTime(tx);
  const days = await daysOf(tx, budgets, now);
  const late = lateMonthOf(now);
  for (const budget of budgets) {
    const own = days.get(budget.id) ?? [];
    // What it was meant for then is not known of one that was changed since.
    if (late !== undefined && budget.modifiedAt.toISOString().slice(0, 10) <= late.to)
      await tellOf(tx, budget, { ...late, spent: spentIn(late, own) });
    await tellOf(tx, budget, spendingOf(own, now));
  }
}

/** What the present month of each of them costs, by its id. */
export async function spendingsOf(db: Database | Transaction, budgets: readonly BudgetRow[]): Promise<Map<string, Spending>> {
  const now = await databaseTime(db);
  const days = await daysOf(db, budgets, now);
  return new Map(budgets.map(({ id }) => [id, spendingOf(days.get(id) ?? [], now)]));
}

async function daysOf(db: Database | Transaction, budgets: readonly BudgetRow[], now: Date): Promise<Map<string, DailyCost[]>> {
  const days = new Map<string, DailyCost[]>();
  if (budgets.length === 0) return days;
  for (const { key, ...day } of await selectDailyCosts(db, budgets, firstDayOf(now))) {
    const known = days.get(key);
    if (known === undefined) days.set(key, [day]);
    else known.push(day);
  }
  return days;
}

/** Of several parts that are reached at once, the highest is told; what is expected is told for itself. */
async function tellOf(tx: Transaction, budget: BudgetRow, spending: Spending): Promise<void> {
  const told = new Set(budget.alerts.filter(({ month }) => month === spending.from).map(({ percent }) => percent));
  const due = dueAlerts(budget, spending).filter((percent) => !told.has(percent));
  if (due.length === 0) return;
  await insertAlerts(tx, budget.id, spending.from, due);
  const highest = due.findLast((percent) => percent !== EXPECTED);
  const { id, subscriptionId, orgId, providerOrgId, serviceId, amount } = budget;
  const of = { subscriptionId, orgId, providerOrgId, serviceId, month: spending.from, amount, spent: spending.spent ?? 0 };
  if (due.includes(EXPECTED))
    await tell(tx, { kind: 'budget-expected', subject: id, payload: { ...of, expected: spending.expected ?? 0 } });
  if (highest !== undefined) await tell(tx, { kind: 'budget-reached', subject: id, payload: { ...of, percent: highest } });
}
