/** A number for each compiled plan of this tab: what a query's key holds in the place of a large object. */
import type { CompiledPlan } from '@cellplane/plan';

const numbers = new WeakMap<CompiledPlan, number>();
let last = 0;

/** The same object has the same number. */
export function planNumber(plan: CompiledPlan | undefined): number {
  if (plan === undefined) return 0;
  const known = numbers.get(plan);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(plan, last);
  return last;
}
