import type { Clock } from '../../database/clock.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { isConnectionTrouble } from '../rows/batch.js';
import type { Journal } from '../rows/journal.js';
import { type Lease, LeaseLost } from '../rows/lease.js';
import type { RunCommit } from '../rows/write-commits.js';
import { RunBroken } from './broken-run.js';
import type { Outcome } from './outcome.js';
import type { RunMemory } from './run-memory.js';

/** The end of a run is tried so often before it is given up here. */
const ATTEMPTS = 5;
/** Between two attempts, times the number of the attempt. Milliseconds. */
const AGAIN_MS = 50;

/**
 * Commits the end of a run: its last transition, and what the domain's hook writes, in one transaction.
 * @throws LeaseLost if the run is no longer owned; RunBroken if the end cannot be stored whoever tries
 */
export async function commitEnd(
  { memory, journal, lease, clock, log }: { memory: RunMemory; journal: Journal; lease: Lease; clock: Clock; log: Logger },
  outcome: Outcome,
): Promise<void> {
  memory.end(outcome, clock.now());
  const commits = memory.takeCommits(false);
  const commit = commits.pop() as RunCommit;
  for (const one of commits)
    if ((await journal.commit(one, lease.signal)) === undefined) throw new LeaseLost(`run ${memory.id} belongs to another process`);
  const message = memory.redactor.text(outcome.message);
  for (let attempt = 1; ; attempt++) {
    try {
      const run = { ...memory.view(), phase: outcome.phase, message, finishedAt: new Date(clock.now()) };
      await journal.end({ commit, ended: { run, outcome: outcome.phase, message, code: outcome.code } }, lease.signal);
      return;
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      if (attempt >= ATTEMPTS) throw isConnectionTrouble(error) ? error : new RunBroken(`its end cannot be stored: ${messageOf(error)}`);
      // A moment's trouble of the database, or of the domain's work: the whole end is done again.
      log.warn({ run: memory.id, error: messageOf(error) }, 'the end of a run could not be committed and is tried again');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS * attempt));
      lease.signal.throwIfAborted();
    }
  }
}
