import type { Database } from '../database/database.js';
import type { Room } from '../room.js';
import { budgetHandlers } from './handlers.js';
import { watchBudgets } from './watch.js';

export interface BudgetsRoomDeps {
  db: Database;
  /** For the loop. */
  background: Database;
  /** How often what was spent is looked at, as often as use is counted. 0: never. Milliseconds. */
  intervalMs: number;
}

/** How often it is asked whether a budget is due. Milliseconds. */
const TICK_MS = 2_000;

/** Gives the operations on budgets, and the loop that tells when they are reached. */
export function budgetsRoom({ db, background, intervalMs }: BudgetsRoomDeps): Room {
  return {
    name: 'budgets',
    handlers: budgetHandlers({ db }),
    loops: [
      {
        name: 'budgets',
        everyMs: TICK_MS,
        complaint: 'what budgets have left could not be looked at',
        work: async () => {
          if (intervalMs > 0) await watchBudgets(background, intervalMs);
        },
        byWorkers: true,
      },
    ],
  };
}
