import { setTimeout as setTimer } from 'node:timers/promises';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';

/** Work that is done again and again until it is stopped. */
export interface Repeated {
  /** Resolves when the turn under way has ended. */
  stop(): Promise<void>;
}

/** Resolves after this time, or at once when the signal is aborted. Never rejects. Milliseconds. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimer(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/** How long to wait after so many failures in a row: `firstMs`, doubled with each further one, at most `mostMs`. Milliseconds. */
export function doubledPause({ failures, firstMs, mostMs }: { failures: number; firstMs: number; mostMs: number }): number {
  return Math.min(mostMs, firstMs * 2 ** Math.max(0, failures - 1));
}

/**
 * Calls `work` after each pause, counted from the end of the last call; the first call comes after `firstMs`. An error is logged and
 * ends nothing. Milliseconds.
 */
export function every(pauseMs: number, log: Logger, complaint: string, work: () => Promise<void>, firstMs = pauseMs): Repeated {
  let running: Promise<void> = Promise.resolve();
  let ended = false;
  let timer: NodeJS.Timeout;
  const turn = () => {
    running = work()
      .catch((error: unknown) => log.warn({ error: messageOf(error) }, complaint))
      .finally(() => {
        if (!ended) timer = setTimeout(turn, pauseMs);
      });
  };
  timer = setTimeout(turn, firstMs);
  return {
    stop: async () => {
      ended = true;
      clearTimeout(timer);
      await running;
    },
  };
}
