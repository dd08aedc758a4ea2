import type { Database } from '../database/database.js';
import type { Room } from '../room.js';
import { type Cells, checkCell } from './cell.js';
import { cellHandlers } from './handlers.js';

export interface CellsRoomDeps {
  db: Database;
  /** For the loop. */
  background: Database;
  cells: Cells;
  /** The organization that runs the installation. */
  providerOrgId: string;
}

/** How often cells are asked whether they are there. Milliseconds. */
const CELL_CHECK_MS = 15_000;

/** Gives the operations on deployment cells, and the loop that asks whether they are there. */
export function cellsRoom({ db, background, cells, providerOrgId }: CellsRoomDeps): Room {
  return {
    name: 'cells',
    handlers: cellHandlers({ db, providerOrgId }),
    loops: [
      {
        name: 'cell-checks',
        everyMs: CELL_CHECK_MS,
        complaint: 'cells could not be checked',
        work: async () => {
          // Beside each other: a cell that does not answer, or whose row somebody holds, keeps no other one waiting.
          const checks = (await cells.list()).map((one) => checkCell({ db: background }, cells, one.id));
          for (const check of await Promise.allSettled(checks)) if (check.status === 'rejected') throw check.reason;
        },
      },
    ],
  };
}
