import { EventEmitter } from 'node:events';
import { Logger as JobLogger, run, type Runner, runMigrations, type WorkerEvents } from 'graphile-worker';
import type { OpenDatabase } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { RUN_JOB } from './wake-up.js';

/** The runner of this process's jobs. */
export interface JobQueue {
  stop(): Promise<void>;
}

/** Makes the job queue's own tables. Before the first run is inserted; safe from several processes at once. */
export async function migrateJobQueue(database: OpenDatabase, log: Logger): Promise<void> {
  await runMigrations({ pgPool: database.pool, logger: jobLogger(log) });
}

/** A runner that does not end within this time is left alone: its connections are gone. Milliseconds. */
const PATIENCE_MS = 1_500;

/**
 * Takes jobs, each of which carries the id of a run that has something to do, and calls `wake` with it. A job has one attempt: if it is
 * lost, the sweep finds the run. When the database is lost the runner ends, or reports that it cannot go on; another is started with
 * back-off (0.2 s doubling to 5 s).
 */
export function startJobQueue(
  deps: { database: OpenDatabase; log: Logger; concurrency: number },
  wake: (runId: string) => Promise<void>,
): JobQueue {
  const { log } = deps;
  const stopping = new AbortController();
  const ended = (async () => {
    let pause = 200;
    while (!stopping.signal.aborted) {
      try {
        const events: WorkerEvents = new EventEmitter();
        const fatal = fatalEvent(events, log);
        const runner = await startRunner(deps, events, wake);
        pause = 200;
        await Promise.race([runner.promise, fatal, aborted(stopping.signal)]);
        await patiently(runner.stop());
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ error: messageOf(error) }, 'the job runner ended; it is started again');
      }
      await Promise.race([delay(pause), aborted(stopping.signal)]);
      pause = Math.min(pause * 2, 5_000);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await patiently(ended);
    },
  };
}

async function startRunner(
  deps: { database: OpenDatabase; log: Logger; concurrency: number },
  events: WorkerEvents,
  wake: (runId: string) => Promise<void>,
): Promise<Runner> {
  const runner = await run({
    pgPool: deps.database.pool,
    concurrency: deps.concurrency,
    noHandleSignals: true,
    // Batched, its own statements at the end of a job are retried and reported; unbatched (0.17.3), their rejections are
    // unhandled and would end the process when the database is lost.
    preset: { worker: { completeJobBatchDelay: 5, failJobBatchDelay: 5 } },
    pollInterval: 2_000,
    logger: jobLogger(deps.log),
    events,
    taskList: { [RUN_JOB]: async (payload) => wake(runIdOf(payload)) },
  });
  // Awaited in a race, which may be over when it rejects.
  runner.promise.catch(() => {});
  return runner;
}

/** Resolves when the runner says that a part of it cannot go on. An `error` event without a listener would end the process. */
function fatalEvent(events: WorkerEvents, log: Logger): Promise<void> {
  return new Promise((resolve) => {
    (events as EventEmitter).on('error', (event: unknown) => log.warn({ event: String(event) }, 'the job runner reports an error'));
    for (const name of ['pool:fatalError', 'worker:fatalError'] as const) {
      (events as EventEmitter).on(name, ({ error }: { error: unknown }) => {
        log.warn({ error: messageOf(error) }, 'the job runner cannot go on');
        resolve();
      });
    }
  });
}

async function patiently(work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => undefined), delay(PATIENCE_MS)]);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function runIdOf(payload: unknown): string {
  const id = typeof payload === 'object' && payload !== null && 'id' in payload ? payload.id : undefined;
  return typeof id === 'string' ? id : '';
}

/** The queue's own words are for debugging; its errors are ours. */
function jobLogger(log: Logger): JobLogger {
  return new JobLogger(() => (level, message) => {
    const name: string = level;
    if (name === 'error') log.warn({}, `job queue: ${message}`);
    else log.debug({}, `job queue: ${message}`);
  });
}
