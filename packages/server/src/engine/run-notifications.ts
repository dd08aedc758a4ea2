import type { OpenDatabase } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { pause } from '../process/timer.js';

/** What is done with the notifications of a channel. */
export interface Listener {
  channel: string;
  onNotification: (payload: string) => void;
  /** Notifications may have been missed: the connection was lost meanwhile. */
  onGap: () => void;
}

/** A channel that could not be listened to is tried again after this time. Milliseconds. */
const AGAIN_MS = 500;

/**
 * Listens to channels of the database, and tries again until it can, or until the signal aborts. Resolves once all are listened
 * to, or after `patienceMs`: notifications only make things quick, so the start need not wait for them. The answer ends the listening.
 */
export async function listenToRuns(
  { database, log, signal, patienceMs }: { database: OpenDatabase; log: Logger; signal: AbortSignal; patienceMs: number },
  listeners: Listener[],
): Promise<() => Promise<void>> {
  const ends: (() => Promise<void>)[] = [];
  const listen = async ({ channel, onNotification, onGap }: Listener) => {
    while (!signal.aborted) {
      try {
        ends.push(await database.listen(channel, onNotification, { onGap }));
        return;
      } catch (error) {
        log.warn({ channel, error: messageOf(error) }, 'notifications of the database cannot be heard; trying again');
        await pause(AGAIN_MS, signal);
      }
    }
  };
  const patience = new AbortController();
  await Promise.race([Promise.all(listeners.map(listen)), pause(patienceMs, patience.signal)]);
  patience.abort();
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
