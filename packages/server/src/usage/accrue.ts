/** How use adds up between two looks. Pure. */
import { METERED_DIMENSIONS, type UsedHours } from '@cellplane/plan/price';
import { DAY_MS, dayOf } from './day.js';
import type { Metered } from './metered.js';

const HOUR_MS = 3_600_000;

/**
 * Hours of use from one look to the next, by day (`2026-12-03`, UTC). What is there now counts since the look before, or since it began if
 * that is later. Days without use are left out.
 */
export function usedByDay(metered: readonly Metered[], from: Date, to: Date): Map<string, UsedHours> {
  const days = new Map<string, UsedHours>();
  for (let start = from.getTime(); start < to.getTime(); start = endOfDay(start)) {
    const end = Math.min(endOfDay(start), to.getTime());
    const used: UsedHours = { cpu: 0, memory: 0, storage: 0, replica: 0 };
    for (const { since, amounts } of metered) {
      const hours = Math.max(0, end - Math.max(start, since)) / HOUR_MS;
      for (const dimension of METERED_DIMENSIONS) used[dimension] += amounts[dimension] * hours;
    }
    if (METERED_DIMENSIONS.some((dimension) => used[dimension] > 0)) days.set(dayOf(new Date(start)), used);
  }
  return days;
}

function endOfDay(at: number): number {
  return (Math.floor(at / DAY_MS) + 1) * DAY_MS;
}
