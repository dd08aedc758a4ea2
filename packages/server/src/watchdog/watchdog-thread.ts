/** The thread of `watchdog.ts`: it has an event loop and a connection of its own, and goes on while the main thread stands still. */
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { type OpenDatabase, openDatabase } from '../database/database.js';
import { messageOf } from '../errors.js';
import { silentLogger } from '../log.js';
import { Board, type Step } from './board.js';
import { LoopWatch } from './loop-watch.js';
import { clearStep, markStep, strike } from '../engine/rows/strikes.js';
import type { Order, ThreadData } from './watchdog.js';

/** The pause between two samples of the loop. Milliseconds. */
const SAMPLE_MS = 250;
/** Before the process ends, what it ended at is written within this time. Milliseconds. */
const LAST_WORDS_MS = 3_000;

const { memory, connection, limitMs } = workerData as ThreadData;
const board = new Board(memory);
const watch = new LoopWatch(limitMs);
let database: Promise<OpenDatabase> | undefined;

/** Opened when there is something to write: a process whose loop turns never needs it. */
async function withDatabase<T>(work: (db: OpenDatabase['db']) => Promise<T>): Promise<T> {
  database ??= openDatabase(connection, { log: silentLogger, poolSize: 1, deadlineMs: LAST_WORDS_MS, statementTimeoutMs: LAST_WORDS_MS });
  try {
    const { db } = await database;
    return await work(db);
  } catch (error) {
    const failed = database;
    database = undefined;
    void failed?.then((open) => open.close()).catch(() => undefined);
    throw error;
  }
}

/** In the form of the log. Nothing may end this thread, a log that cannot be written least of all. */
function say(level: number, fields: object, msg: string): void {
  try {
    writeSync(2, `${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg })}\n`);
  } catch {
    // There is nobody left to tell.
  }
}

/** Orders one after the other, in the order in which they came. */
let orders: Promise<void> = Promise.resolve();
parentPort?.on('message', (order: Order) => {
  orders = orders.then(() => obey(order));
});

async function obey(order: Order): Promise<void> {
  try {
    if ('mark' in order) await withDatabase((db) => markStep(db, order.mark));
    else if ('clear' in order) await withDatabase((db) => clearStep(db, order.clear));
  } catch (error) {
    say(40, { error: messageOf(error) }, 'what the event loop is at could not be written into a run');
  } finally {
    board.answer();
  }
}

/** A step that takes long is written into its run's row, as long as it takes. */
async function remember(step: Step, isLast: boolean): Promise<void> {
  try {
    await withDatabase(async (db) => {
      const isMarked = step.fence > 0 && (await markStep(db, step));
      // Another process has the run by now, or this process only read it.
      if (!isMarked && isLast) await strike(db, step);
    });
  } catch (error) {
    say(40, { ...fieldsOf(step), error: messageOf(error) }, 'what holds up the event loop could not be written into its run');
  }
}

function fieldsOf(step: Step | undefined): object {
  return step === undefined ? {} : { run: step.run, step: step.label };
}

const timer = setInterval(() => {
  const { turns, sequence, step, isDebugged } = board.read();
  const { user, system } = process.cpuUsage();
  const found = watch.judge({ turns, sequence, step, isDebugged, monotonic: performance.now(), usedMs: (user + system) / 1_000 });
  const what = step === undefined ? 'something that is no step of a run' : `a step of run ${step.run}: ${step.label}`;
  if (found.long !== undefined) orders = orders.then(() => remember(found.long as Step, false));
  if (found.over !== undefined) {
    const over = found.over;
    orders = orders.then(() => withDatabase((db) => clearStep(db, over)).catch(() => undefined));
  }
  if (found.standing !== undefined)
    say(50, fieldsOf(step), `the event loop has stood still for ${Math.round(found.standing / 1_000)} s: ${what}`);
  if (found.end) void endProcess(step, what);
}, SAMPLE_MS);

async function endProcess(step: Step | undefined, what: string): Promise<void> {
  clearInterval(timer);
  const late = new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
  if (step !== undefined) await Promise.race([remember(step, true), late]);
  say(
    60,
    fieldsOf(step),
    `LoopStoodStill: this process is ended, since its event loop has stood still for ${Math.round(limitMs / 1_000)} s (CELLPLANE_LOOP_LIMIT): ${what}`,
  );
  process.kill(process.pid, 'SIGKILL');
}
