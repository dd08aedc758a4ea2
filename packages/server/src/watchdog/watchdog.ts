/**
 * Watches this process's event loop from a thread of its own. What holds the loop up for long is named in the log; a process whose
 * loop does not turn any more is ended, so that its supervisor starts another one, or another copy goes on.
 */
import { url as debuggerUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { Connection } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { Board, type Step } from './board.js';
import { tellLoopSteps } from './loop-step.js';

export interface WatchdogOptions {
  connection: Connection;
  log: Logger;
  /** A loop that stands still for so long ends the process; 0: never. Seconds. */
  limitSeconds: number;
}

/** What the thread is told. */
export type Order = { mark: Step } | { clear: Step } | { stop: true };

export interface ThreadData {
  memory: SharedArrayBuffer;
  connection: Connection;
  limitMs: number;
}

/** How often the loop says that it turns. Milliseconds. */
const TURN_MS = 200;
/** How long the loop waits for a step to stand in its row; then it goes on without. Milliseconds. */
const PATIENCE_MS = 500;

/** Starts watching. The answered function ends it. */
export function startWatchdog({ connection, log, limitSeconds }: WatchdogOptions): () => Promise<void> {
  const board = new Board();
  const data: ThreadData = { memory: board.memory, connection, limitMs: limitSeconds * 1_000 };
  const thread = new Worker(new URL('./watchdog-thread.js', import.meta.url), { workerData: data, execArgv: [] });
  thread.unref();
  const turning = setInterval(() => board.turned(debuggerUrl() !== undefined), TURN_MS);
  turning.unref();
  const ask = (order: Order) => {
    const before = board.answered;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.postMessage(order);
    board.waitForAnswer(before, PATIENCE_MS);
  };
  const end = tellLoopSteps({
    at: (step) => board.write(step),
    mark: (step) => ask({ mark: step }),
    clear: (step) => ask({ clear: step }),
  });
  thread.on('error', (error) => {
    end();
    log.error({ error: messageOf(error) }, 'the thread that watches the event loop has ended; nothing watches it until the next start');
  });
  return async () => {
    end();
    clearInterval(turning);
    await thread.terminate();
  };
}
