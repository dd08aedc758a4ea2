/** The bound of what all patterns of a plan may come to. */
import { PatternBudgetSpent, PATTERNS_TOO_SLOW } from '../../pattern/budget.js';
import type { Tell } from './tell.js';

/** The answer of work that compiles or matches patterns; undefined, and a problem at the path, once they have come to too much. */
export function within<T>(tell: Tell, path: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PatternBudgetSpent)) throw error;
    tell({
      code: PATTERNS_TOO_SLOW,
      path,
      message: `the patterns of the plan come to more than they may up to here: ${error.message}`,
      cure: 'Write smaller counts in the patterns of the plan, or fewer of them.',
    });
    return undefined;
  }
}
