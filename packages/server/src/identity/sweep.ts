/** Removes what identity has kept for long enough. */
import type { Database } from '../database/database.js';
import { sweepAttempts } from './attempts.js';
import { sweepTokens } from './customers/token-store.js';
import { sweepChallenges } from './factors/challenge-store.js';
import { sweepInvitations } from './people/invitation-store.js';
import { sweepStates } from './sso/user-identity-store.js';
import { sweepAddresses, sweepSessions } from './store.js';

/** Rows that one statement removes. */
const PART = 500;
/** Parts of one turn: what is left then waits for the next one. */
const PARTS = 40;

/** A part at a time, so that no statement holds many rows for long. */
export async function sweepSignIns(db: Database, part = PART): Promise<void> {
  for (const sweep of [sweepAttempts, sweepSessions, sweepAddresses, sweepTokens, sweepChallenges, sweepStates, sweepInvitations])
    for (let done = 0; done < PARTS; done += 1) if ((await sweep(db, part)) < part) break;
}
