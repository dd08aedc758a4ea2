import { startDatabaseClock } from '../database/clock.js';
import type { OpenDatabase } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import type { Room } from '../room.js';
import type { Sealer } from '../secrets/envelope.js';
import { type Engine, startEngine } from './engine.js';
import { offerRun } from './wake-up.js';
import type { Cells } from './model.js';

export interface EngineRoomDeps {
  /** For requests: a copy that does not work offers its runs there. */
  database: OpenDatabase;
  /** For the engine itself. */
  background: OpenDatabase;
  cells: Cells;
  sealer: Sealer;
  log: Logger;
  /** Whether this copy of the program works on runs. */
  works: boolean;
}

/** Starts the engine with the stages and hooks of all rooms. Gives `wake`, for right after the commit that made or woke a run. */
export function engineRoom(deps: EngineRoomDeps): Room & { wake: (runId: string) => void } {
  const { database, background, log, works } = deps;
  let engine: Engine | undefined;
  let stopClock: (() => Promise<void>) | undefined;
  return {
    name: 'engine',
    wake: (runId) => {
      if (engine !== undefined) engine.wake(runId);
      // This copy does not work: another one does.
      else
        offerRun(database.db, runId).catch((error: unknown) =>
          log.warn({ run: runId, error: messageOf(error) }, 'a run could not be offered; a sweep will find it'),
        );
    },
    start: async ({ stages, hooks }) => {
      if (!works) return;
      const clock = await startDatabaseClock(background.db, log);
      stopClock = () => clock.stop();
      const { runEnded: onRunEnded, ...judges } = hooks;
      engine = await startEngine({ ...deps, database: background, clock, stages, onRunEnded, ...judges });
    },
    stop: async () => {
      await engine?.stop();
      await stopClock?.();
    },
  };
}
