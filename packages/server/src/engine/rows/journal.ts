import { gaveWay } from '../../database/away.js';
import { type Database, transaction } from '../../database/database.js';
import { Batch } from './batch.js';
import { ownedRuns } from './claims.js';
import { LeaseLost } from './lease.js';
import type { EndedRun, RunEnded, SubjectsLocked } from '../model.js';
import { type Control, type RunCommit, writeCommits } from './write-commits.js';

/** The last transition of a run, and what the domain's hook gets. */
export interface RunEnd {
  commit: RunCommit;
  ended: EndedRun;
}

/** What the domain does in the transaction that ends runs. */
export interface EndOfRuns {
  lockSubjects: SubjectsLocked;
  onRunEnded: RunEnded;
}

/** A transaction that ends several runs waits so long for a locked row of the domain. Milliseconds. */
const BATCH_LOCK_MS = 50;
/** One that ends a single run waits so long; then it releases its connection and comes again. Milliseconds. */
const ALONE_LOCK_MS = 100;
/** Ends that wait for held rows at the same time: each has a connection meanwhile. */
const ALONE_AT_ONCE = 3;
/** What found its row held comes again after this time, and then after ever longer ones. Milliseconds. */
const HELD_MS = { first: 20, most: 500 };

/**
 * Commits transitions, many runs' in one statement under load. Answers undefined where the run is no longer owned.
 *
 * One locked row delays one run. A statement for many skips locked rows of runs; what the domain makes of an
 * end may need rows that only the domain knows, so a transaction for many waits for such a row hardly at all, and then each end
 * is tried for itself. What found its row held waits without a connection, and comes again until there is an answer.
 */
export class Journal {
  private readonly batch: Batch<RunCommit, Control | undefined>;
  private readonly ends: Batch<RunEnd, undefined>;
  private readonly heldEnds: Batch<RunEnd, undefined>;

  constructor(
    private readonly db: Database,
    private readonly owner: string,
    domain: EndOfRuns,
  ) {
    this.batch = new Batch({ inFlight: 1, size: 32, apartMs: 5 }, (commits) => writeCommits(db, owner, commits));
    const ends = (lockMs: number) => (some: RunEnd[]) => endRuns(db, owner, domain, some, lockMs);
    // Whatever fails, be it in the domain, fails for its own run only.
    this.ends = new Batch({ inFlight: 1, size: 8, apartMs: 10, alone: () => true }, ends(BATCH_LOCK_MS));
    this.heldEnds = new Batch({ inFlight: ALONE_AT_ONCE, size: 1 }, ends(ALONE_LOCK_MS));
  }

  /**
   * Commits the end of a run and what the domain makes of it. Rejects with `LeaseLost` if the run is no longer owned, or if
   * `signal` says so while a row is waited for.
   */
  async end(end: RunEnd, signal?: AbortSignal): Promise<void> {
    const { runId, fence } = end.commit;
    const tries = (attempt: number) => (attempt === 0 ? this.ends : this.heldEnds).call(end).then(() => true);
    if ((await this.untilFree({ id: runId, fence }, signal, tries)) === undefined)
      throw new LeaseLost(`run ${runId} belongs to another process`);
  }

  async commit(commit: RunCommit, signal?: AbortSignal): Promise<Control | undefined> {
    return this.untilFree({ id: commit.runId, fence: commit.fence }, signal, () => this.batch.call(commit));
  }

  /** Tries until there is an answer: undefined means that the row is held, or that the run is no longer ours. */
  private async untilFree<T>(
    run: { id: string; fence: number },
    signal: AbortSignal | undefined,
    attempt: (before: number) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    for (let before = 0, pause = HELD_MS.first; ; before++, pause = Math.min(pause * 2, HELD_MS.most)) {
      const answer = await attempt(before).catch((error: unknown) => {
        if (error instanceof RowHeld || gaveWay(error)) return undefined;
        throw error;
      });
      if (answer !== undefined) return answer;
      if (!(await ownedRuns(this.db, this.owner, [run])).has(run.id)) return undefined;
      await new Promise((resolve) => setTimeout(resolve, pause));
      signal?.throwIfAborted();
    }
  }
}

/** The run's row is locked, or no longer ours. */
class RowHeld extends Error {
  override readonly name = 'RowHeld';
}

/**
 * Ends runs in one transaction: the fence of the runs' own rows decides over all of it. The rows of their subjects are locked before them,
 * as everybody does (docs/durability.md, "The order of locks").
 */
async function endRuns(db: Database, owner: string, domain: EndOfRuns, ends: RunEnd[], lockMs: number): Promise<undefined[]> {
  await transaction(db, async (tx) => {
    await domain.lockSubjects(tx, [...new Set(ends.map(({ ended }) => ended.run.subject))], lockMs);
    const commits = ends.map((end) => end.commit);
    const controls = await writeCommits(tx, owner, commits, lockMs);
    const lost = ends.find((_end, index) => controls[index] === undefined);
    if (lost !== undefined) throw new RowHeld(`run ${lost.commit.runId} is locked, or belongs to another process`);
    for (const { ended } of ends) await domain.onRunEnded(tx, ended);
  });
  return ends.map(() => undefined);
}
