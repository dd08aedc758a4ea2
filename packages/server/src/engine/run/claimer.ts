import type { Clock } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { Batch } from '../rows/batch.js';
import { type ClaimedRun, claimRuns } from '../rows/claims.js';
import type { Journal } from '../rows/journal.js';
import type { RunRow } from '../rows/run-row.js';
import { BROKEN, setAside } from './broken-run.js';
import type { OwnedRuns } from './owned-runs.js';
import { endPoisonRun, isPoison } from './poison-run.js';
import { type ActorDeps, RunActor } from './run-actor.js';

export interface ClaimerDeps {
  db: Database;
  owner: string;
  clock: Clock;
  log: Logger;
  journal: Journal;
  /** What an actor needs, but for what the claimer itself gives it. */
  actor: Omit<ActorDeps, 'broken'>;
  /** A run has got its actor. */
  onOwned(actor: RunActor): void;
}

/**
 * Claims runs and gives each claimed run its actor. A run that crashes its owners is ended instead, and one whose rows cannot be
 * opened is set aside.
 */
export class Claimer {
  private readonly claims: Batch<string, undefined>;

  constructor(
    private readonly deps: ClaimerDeps,
    private readonly runs: OwnedRuns,
  ) {
    this.claims = new Batch({ inFlight: 1, size: 50, apartMs: 5 }, async (ids) => {
      await this.take(ids, 'trusted');
      return ids.map(() => undefined);
    });
  }

  /** Claims a run if it is due and nobody has it. Claims that come together share a statement. */
  async claim(id: string): Promise<void> {
    await this.claims.call(id);
  }

  /** Claims a run that has crashed owners before, alone. */
  async claimSuspect(id: string): Promise<void> {
    await this.take([id], 'suspect');
  }

  private async take(ids: string[], which: 'trusted' | 'suspect'): Promise<void> {
    const { db, owner, clock } = this.deps;
    const sentAt = clock.monotonic();
    for (const run of await claimRuns(db, owner, ids, which)) this.adopt(run, sentAt);
  }

  private adopt(run: ClaimedRun, sentAt: number): void {
    if (isPoison(run.row)) {
      void this.endPoison(run.row);
      return;
    }
    let actor: RunActor;
    try {
      actor = new RunActor({ ...this.deps.actor, broken: (row, reason) => this.setAside(row, reason) }, run, sentAt);
    } catch (error) {
      void this.setAside(run.row, messageOf(error));
      return;
    }
    this.runs.add(actor);
    this.deps.onOwned(actor);
  }

  private async endPoison(row: RunRow): Promise<void> {
    const { db, journal, clock, log } = this.deps;
    this.runs.ending.add(row.id);
    try {
      const message = await endPoisonRun({ db, journal, now: () => clock.now() }, row);
      log.error({ run: row.id, step: row.struck_at }, message);
    } catch (error) {
      // Its lease ends by itself; then some process tries again.
      log.warn({ run: row.id, error: messageOf(error) }, 'a run that crashes its owners could not be ended; it is tried again');
    } finally {
      this.runs.ending.delete(row.id);
    }
  }

  /** A run that cannot be carried on waits, with the reason in its row, and ends at its deadline. It is logged when that is news. */
  private async setAside(row: RunRow, reason: string): Promise<void> {
    const { db, owner, journal, clock, log } = this.deps;
    if (row.code !== BROKEN || !row.message.includes(reason))
      log.error({ run: row.id, error: reason }, 'a run cannot be carried on; it waits, and is tried again until its deadline');
    await setAside({ db, owner, journal, now: () => clock.now() }, row, reason).catch((error: unknown) =>
      log.warn({ run: row.id, error: messageOf(error) }, 'a run that cannot be carried on could not be set aside'),
    );
  }
}
