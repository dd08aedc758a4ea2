import type { Database, OpenDatabase } from '../database/database.js';
import { claimUnwatchedCells } from '../engine/watched-cells.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import type { Room } from '../room.js';
import { type Cells, checkCell } from './cell.js';
import { followAccess } from './follow-access.js';
import { cellHandlers } from './handlers.js';
import { placeHandlers } from './place-handlers.js';

export interface CellsRoomDeps {
  db: Database;
  /** For what goes on by itself. */
  background: OpenDatabase;
  cells: Cells;
  log: Logger;
  /** The organization that runs the installation. */
  providerOrgId: string;
}

/** How often a cell is checked. Milliseconds. */
const CHECK_MS = 15_000;
/** The pause between two searches for cells that no process watches. Milliseconds. */
const UNWATCHED_MS = 2_000;

/**
 * Gives the operations on deployment cells, and checks their health and their access. The process that watches a cell checks it; where
 * no process works on runs, so that none watches, all copies of the program take turns.
 */
export function cellsRoom({ db, background, cells, providerOrgId, log }: CellsRoomDeps): Room {
  let unfollow: (() => Promise<void>) | undefined;
  const check = async (id: string) => void (await checkCell({ db: background.db }, cells, id));
  return {
    name: 'cells',
    handlers: { ...cellHandlers({ db, providerOrgId }), ...placeHandlers(() => cells.list()) },
    hooks: { cellCheck: { everyMs: CHECK_MS, check } },
    loops: [
      {
        name: 'unwatched-cells',
        everyMs: UNWATCHED_MS,
        complaint: 'cells that nobody watches could not be read',
        work: async () => {
          // None is waited for: a cell that hangs holds up no other one.
          for (const id of await claimUnwatchedCells(background.db, CHECK_MS))
            check(id).catch((error: unknown) => log.warn({ cell: id, error: messageOf(error) }, 'a cell could not be checked'));
        },
      },
    ],
    start: async () => {
      unfollow = await followAccess(background, cells);
    },
    stop: async () => unfollow?.(),
  };
}
