/** When periodic backups are due, and when what failed is tried again. Pure: the clock is a parameter. */

import { doubledPause } from '../process/timer.js';

const HOUR_MS = 3_600_000;

/**
 * The first slot after `now`; slots are `anchor + n periods`. So a backup that waited does not shift those after it, and
 * after an outage or a clock that jumped forward there is one backup, not one for each slot that was missed.
 */
export function nextSlot(anchor: Date, periodHours: number, now: Date): Date {
  const period = periodHours * HOUR_MS;
  const passed = Math.floor((now.getTime() - anchor.getTime()) / period);
  return new Date(anchor.getTime() + (passed + 1) * period);
}

/** The latest that a backup may be due: a clock that jumped back must not silence a schedule for longer than a period. */
export function latestNext(periodHours: number, now: Date): Date {
  return new Date(now.getTime() + periodHours * HOUR_MS);
}

/** The latest that a removal may be due: it is wanted at once, or tried again in `LAST_RETRY_MS` at most. */
export function latestAttempt(now: Date): Date {
  return new Date(now.getTime() + LAST_RETRY_MS);
}

/**
 * Until when there has to be a newer good backup than one of this moment: after two periods one has been missed, whatever the reason.
 * One period would alarm while the next backup is at work, or waits for an operation.
 */
export function backupNeededBy(lastGood: Date, periodHours: number): Date {
  return new Date(lastGood.getTime() + 2 * periodHours * HOUR_MS);
}

const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 6 * HOUR_MS;

/** When a removal that has failed so many times (at least once) is tried again: 1 minute, doubled each time, at most 6 hours. */
export function nextAttempt(failures: number, now: Date): Date {
  return new Date(now.getTime() + doubledPause({ failures, firstMs: FIRST_RETRY_MS, mostMs: LAST_RETRY_MS }));
}
