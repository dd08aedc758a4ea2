/** A month of a budget: what was spent, what is expected, and which of its alerts are due. Pure. */
import { percentSpent } from '@cellplane/plan/price';
import { boundsOf, DAY_MS, dayOf } from '../usage/day.js';

/** What use cost on a day, `2026-12-03`, UTC; null: nothing that was used had a price. */
export interface DailyCost {
  day: string;
  cost: number | null;
}

export interface Spending {
  /** First day of the month, and the last one, UTC. */
  from: string;
  to: string;
  /** Until now; null: something was used this month, and nothing of it has a price. */
  spent: number | null;
  /** Of the whole month, at the rate of the last days; undefined: not enough is known. */
  expected?: number;
}

/** The rate is that of today and so many days before it. */
const DAYS_OF_RATE = 7;
/** In place of a part of the amount: more than the amount is expected. */
export const EXPECTED = 0;

/** Use of a month may be counted so much later, by a cell that was away: until then its last alerts may be due. */
const LATE_DAYS = 3;

/** The first day whose cost is read. */
export function firstDayOf(now: Date): string {
  const [since, { from }] = [rateSince(now), lateMonthOf(now) ?? monthOf(now)];
  return since < from ? since : from;
}

/** The month before, as long as its use may still be counted. */
export function lateMonthOf(now: Date): { from: string; to: string } | undefined {
  return now.getUTCDate() > LATE_DAYS ? undefined : monthOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 0)));
}

/** What a month has cost; null: something was used in it, and nothing of it has a price. */
export function spentIn({ from, to }: { from: string; to: string }, days: readonly DailyCost[]): number | null {
  const costs = days.filter(({ day }) => day >= from && day <= to).map(({ cost }) => cost);
  const isUnpriced = costs.length > 0 && costs.every((cost) => cost === null);
  return isUnpriced ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
}

/** What the month of `now` costs. `days`: from `firstDayOf(now)` on, each once. */
export function spendingOf(days: readonly DailyCost[], now: Date): Spending {
  const month = monthOf(now);
  const spent = spentIn(month, days);
  const rate = rateOf(days, now);
  if (spent === null || rate === undefined) return { ...month, spent };
  const rest = Date.parse(boundsOf(month.to).endTime) - now.getTime();
  return { ...month, spent, expected: spent + rate * rest };
}

/** Parts of the amount that are reached, in per cent, the least first; before them `EXPECTED` if it is expected to be passed and is not yet. */
export function dueAlerts(
  { amount, alertPercents, alertExpected }: { amount: number; alertPercents: readonly number[]; alertExpected: boolean },
  { spent, expected }: Pick<Spending, 'spent' | 'expected'>,
): number[] {
  if (spent === null) return [];
  const part = percentSpent(spent, amount);
  const reached = alertPercents.filter((percent) => part >= percent).sort((one, other) => one - other);
  return alertExpected && expected !== undefined && expected > amount && part < 100 ? [EXPECTED, ...reached] : reached;
}

function monthOf(now: Date): { from: string; to: string } {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return { from: dayOf(new Date(Date.UTC(year, month, 1))), to: dayOf(new Date(Date.UTC(year, month + 1, 0))) };
}

function rateSince(now: Date): string {
  return dayOf(new Date(now.getTime() - DAYS_OF_RATE * DAY_MS));
}

/** At the beginning of a day its use may not be counted yet. Milliseconds. */
const EARLY_MS = 3_600_000;

/**
 * Cost a millisecond; 0 where nothing is used today. The day on which the use began is left out, unless it is the first that was asked for: it was not a whole day. Undefined
 * before one whole day has passed.
 */
function rateOf(days: readonly DailyCost[], now: Date): number | undefined {
  const since = rateSince(now);
  const priced = days.filter(({ cost }) => cost !== null).map(({ day, cost }) => ({ day, cost: cost ?? 0 }));
  const first = priced.map(({ day }) => day).sort()[0];
  if (first === undefined) return undefined;
  const began = first < since || first === since ? since : dayOf(new Date(Date.parse(boundsOf(first).endTime)));
  const passed = now.getTime() - Date.parse(boundsOf(began).startTime);
  if (passed < DAY_MS) return undefined;
  const today = dayOf(now);
  if (!priced.some(({ day }) => day === today)) return now.getTime() - Date.parse(boundsOf(today).startTime) < EARLY_MS ? undefined : 0;
  return priced.filter(({ day }) => day >= began).reduce((sum, { cost }) => sum + cost, 0) / passed;
}
