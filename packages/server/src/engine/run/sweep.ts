/** What each process reads from the table of runs every second. The sweep would be enough alone: wake-ups only make it quicker. */
import type { Database } from '../../database/database.js';
import { pause } from '../../process/timer.js';
import { countStrikes, nextSuspect } from '../rows/strikes.js';
import { dueRuns } from '../rows/claims.js';
import type { Admission } from './admission.js';
import type { OwnedRuns } from './owned-runs.js';
import { retryDelay } from './poison-run.js';

export interface SweepDeps {
  db: Database;
  owner: string;
  runs: OwnedRuns;
  admission: Admission;
}

/** Due runs that are claimed in one sweep, at most. */
const RUNS_AT_ONCE = 200;

/** Claims due runs that nobody has, as many as there is room for. */
export async function sweep({ db, owner, runs, admission }: SweepDeps): Promise<void> {
  const others = admission.leftToOthers();
  const { room } = runs;
  if (room === 0 || admission.isStopping) return;
  await countStrikes(db, owner, runs.ids());
  for (const id of await dueRuns(db, owner, [...runs.ids(), ...others], Math.min(room, RUNS_AT_ONCE))) admission.claim(id);
}

/**
 * Claims a run that has crashed owners before: one at a time, and after a delay, because the other runs of this process end with it if it
 * crashes this process, too.
 */
export async function sweepSuspects(
  { db, owner, runs, admission }: SweepDeps,
  claimSuspect: (id: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  if (admission.isStopping || runs.room === 0 || runs.actors.some((actor) => actor.isSuspect)) return;
  const next = await nextSuspect(db, owner, runs.ids());
  if (next === undefined) return;
  await pause(retryDelay(next), signal);
  if (admission.isStopping || runs.ids().includes(next.id)) return;
  await admission.whileClaiming(next.id, () => claimSuspect(next.id));
}
