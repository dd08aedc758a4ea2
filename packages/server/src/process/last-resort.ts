/** What this process started and has to end when it has no time left for a stop in order. */
import { logSink } from '../log.js';

const ends = new Set<() => unknown>();

/**
 * Registers a way to end something at once. It runs when the process exits before the returned function was called, so it
 * must be synchronous and must not throw where there is nothing left to end.
 */
export function onSuddenEnd(end: () => unknown): () => void {
  // Only the first registration adds the listener: programs that start nothing have none.
  if (ends.size === 0) process.once('exit', endAll);
  ends.add(end);
  return () => {
    ends.delete(end);
    if (ends.size === 0) process.off('exit', endAll);
  };
}

/** Ends everything that is registered, now. */
export function endAll(): void {
  for (const end of ends) {
    try {
      end();
    } catch (error) {
      logSink().write(`something could not be ended: ${String(error)}\n`);
    }
  }
}
