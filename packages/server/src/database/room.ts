import type { Room } from '../room.js';
import type { Database } from './database.js';
import { sweepIdempotencyKeys } from './idempotency-key.js';

/** How often Idempotency-Keys older than a day are removed. Milliseconds. */
const KEY_SWEEP_MS = 600_000;

/** Gives the loop that removes old Idempotency-Keys. */
export function databaseRoom({ background }: { background: Database }): Room {
  return {
    name: 'database',
    loops: [
      {
        name: 'idempotency-keys',
        everyMs: KEY_SWEEP_MS,
        complaint: 'old idempotency keys could not be removed',
        work: () => sweepIdempotencyKeys(background),
      },
    ],
  };
}
