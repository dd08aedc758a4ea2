/** How many requests may be sent to a cell in a minute, spread evenly. */
import { pause } from '../process/timer.js';

/**
 * Answers a function that resolves once so many more requests may be sent. A tenth of a minute's requests may be sent at once; what is more
 * waits. Rejects when the signal is aborted.
 * @param options.now milliseconds of a clock that never goes back
 */
export function requestBudget(
  perMinute: number,
  signal: AbortSignal,
  { now = () => performance.now(), wait = pause }: { now?: () => number; wait?: (ms: number, signal: AbortSignal) => Promise<void> } = {},
): (requests: number) => Promise<void> {
  const each = 60_000 / perMinute;
  const ahead = (perMinute / 10) * each;
  let paidUntil = now() - ahead;
  return async (requests) => {
    paidUntil = Math.max(paidUntil, now() - ahead) + requests * each;
    const early = paidUntil - now();
    if (early > 0) await wait(early, signal);
    signal.throwIfAborted();
  };
}
