import { setTimeout } from 'node:timers/promises';
import { isAway } from '../database/away.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';

/** A database that goes away while a server starts is waited for so long. Milliseconds. */
const PATIENCE_MS = 60_000;
/** Until a start begins again. Milliseconds. */
const AGAIN_MS = 500;

/**
 * A step of the start that may wait for somebody else (a database, a cluster): rejects at once when the start is called
 * off. `undo` ends what the step yields if it succeeds after that.
 */
export async function startStep<T>(signal: AbortSignal | undefined, work: Promise<T>, undo?: (value: T) => Promise<unknown>): Promise<T> {
  if (signal === undefined) return work;
  let onAbort: (() => void) | undefined;
  const calledOff = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, calledOff]);
  } catch (error) {
    // Nobody hears of an end that comes later; what it yields must not stay.
    work.then(undo, () => undefined).catch(() => undefined);
    throw error;
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

/** Begins again where the database goes away meanwhile (somebody ends it, or it has to be ended), for a while; anything else that fails is final. */
export async function throughLosses<T>({ log, signal }: { log: Logger; signal?: AbortSignal }, start: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (!isAway(error) || signal?.aborted === true || performance.now() > deadline) throw error;
      log.warn({ error: messageOf(error) }, 'PostgreSQL went away while the server started; the start begins again');
      await startStep(signal, setTimeout(AGAIN_MS));
    }
  }
}
