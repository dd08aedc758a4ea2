import type { Cell } from '../cells/cell.js';
import type { Room } from '../room.js';
import { type SimulatedOperatorDeps, type SimulatedOutcome, simulatedOperator } from './operator.js';

export interface SimulatedRoomDeps {
  /** With the connections of background work. */
  operator: SimulatedOperatorDeps;
  /** The default cell. Any other kind than a simulated one needs nothing of this room. */
  cell: Cell;
  outcome: SimulatedOutcome;
  /** Starts the simulated cell again. */
  ensure: () => Promise<unknown>;
}

/** How often operators that the simulated cell does not know are stood in for. Milliseconds. */
const SIMULATED_WORK_MS = 300;
/** How often it is looked whether the simulated cell is there. Milliseconds. */
const SIMULATED_CHECK_MS = 2_000;

/** Stands in for operators of the simulated cell, and starts the cell again where it has gone. */
export function simulatedRoom({ operator, cell, outcome, ensure }: SimulatedRoomDeps): Room {
  if (cell.kind !== 'simulated') return { name: 'simulated' };
  return {
    name: 'simulated',
    loops: [
      {
        name: 'simulated-operators',
        everyMs: SIMULATED_WORK_MS,
        complaint: 'a simulated operator could not work',
        work: simulatedOperator(operator, cell.id, outcome),
        byWorkers: true,
      },
      {
        name: 'simulated-cell',
        everyMs: SIMULATED_CHECK_MS,
        complaint: 'the simulated cell could not be started again',
        work: async () => {
          const client = await operator.cells.anyClient(cell.id);
          const answers = await client.raw('/version', { timeoutMs: 2_000 }).then(
            () => true,
            () => false,
          );
          if (!answers) await ensure();
        },
      },
    ],
  };
}
