/** What this room needs of the engine, in one place, so that tests can stand in for it. */
import type { Database } from '../database/database.js';
import { describeRun } from '../engine/describe-run.js';
import type { Cells, RunDescription, RunEvent } from '../engine/model.js';
import { runEvents } from '../engine/run-events.js';
import type { Sealer } from '../secrets/envelope.js';

export interface RunReads {
  /**
   * A run with stages, tasks and what it waits for; secrets are masked. Undefined if there is none. `explain` also asks the
   * cell what the objects' Pods and Events say now, which costs requests to it.
   */
  describe(runId: string, options?: { explain?: boolean }): Promise<RunDescription | undefined>;
  /** Events of a run in their order; `after` is the sequence of the last one seen. */
  events(runId: string, options?: { after?: number }): Promise<RunEvent[]>;
  /** Takes a run up at once in this process, after something about it was committed. */
  wake(runId: string): void;
}

/** Binds the engine's reads. `wake` may do nothing where this process does not work on runs. */
export function createRunReads(deps: { db: Database; sealer: Sealer; cells: Cells; wake(runId: string): void }): RunReads {
  const { db, sealer, cells } = deps;
  return {
    describe: (runId, options) => describeRun(options?.explain === true ? { db, sealer, cells } : { db, sealer }, runId),
    events: (runId, options) => runEvents(db, { runId, after: options?.after ?? 0 }),
    wake: (runId) => deps.wake(runId),
  };
}
