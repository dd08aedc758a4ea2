import { EventEmitter } from 'node:events';
import { Logger as JobLogger, run, type Runner, runMigrations, type WorkerEvents } from 'graphile-worker';
import type { OpenDatabase } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { RUN_JOB } from './insert-run.js';

export interface Doorbell {
  stop(): Promise<void>;
}

/** Makes the job queue's own tables. Before the first run is inserted; safe from several processes at once. */
export async function migrateDoorbell(database: OpenDatabase, log: Logger): Promise<void> {
  await runMigrations({ pgPool: database.pool, logger: jobLogger(log) });
}

/**
 * Listens for jobs, which only say "look at this run". A job has one attempt and holds nothing: if it is lost, the sweep finds
 * the run. When the database goes the runner ends; it is started again with back-off (0.2 s doubling to 5 s).
 */
export function startDoorbell(
  deps: { database: OpenDatabase; log: Logger; concurrency: number },
  ring: (runId: string) => Promise<void>,
): Doorbell {
  const { database, log } = deps;
  const state = { stopping: false };
  let runner: Runner | undefined;
  let wake: (() => void) | undefined;
  const live = async (): Promise<void> => {
    let pause = 200;
    while (!state.stopping) {
      try {
        const events: WorkerEvents = new EventEmitter();
        // An `error` event without a listener would end the process.
        (events as EventEmitter).on('error', (event: unknown) => log.warn({ event: String(event) }, 'the job runner reports an error'));
        runner = await run({
          pgPool: database.pool,
          concurrency: deps.concurrency,
          noHandleSignals: true,
          // Batched, its own statements at the end of a job are retried and reported; unbatched (0.17.3), their rejections
          // are nobody's and would end the process when the database goes.
          preset: { worker: { completeJobBatchDelay: 5, failJobBatchDelay: 5 } },
          pollInterval: 2_000,
          logger: jobLogger(log),
          events,
          taskList: { [RUN_JOB]: async (payload) => ring(runIdOf(payload)) },
        });
        if (state.stopping) await runner.stop();
        pause = 200;
        await runner.promise;
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'the job runner ended; it is started again');
      }
      runner = undefined;
      if (state.stopping) return;
      const delay = pause;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, delay);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      pause = Math.min(pause * 2, 5_000);
    }
  };
  const ended = live();
  return {
    stop: async () => {
      state.stopping = true;
      wake?.();
      // Rejects if it has ended by itself meanwhile.
      await runner?.stop().catch(() => undefined);
      await ended;
    },
  };
}

function runIdOf(payload: unknown): string {
  const id = typeof payload === 'object' && payload !== null && 'id' in payload ? payload.id : undefined;
  return typeof id === 'string' ? id : '';
}

/** The queue's own words are for debugging; its errors are ours. */
function jobLogger(log: Logger): JobLogger {
  return new JobLogger(() => (level, message) => {
    if (String(level) === 'error') log.warn({}, `job queue: ${message}`);
    else log.debug({}, `job queue: ${message}`);
  });
}
