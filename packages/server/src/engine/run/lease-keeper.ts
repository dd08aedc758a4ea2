import type { Clock } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import { type OwnedRun, ownedRuns, renewLeases } from '../rows/claims.js';
import type { OwnedRuns } from './owned-runs.js';
import type { RunActor } from './run-actor.js';

/**
 * Keeps the leases of the runs that this process owns. A renewal never waits for a row that another transaction has locked: that
 * run alone is renewed again soon, and is lost only when its lease is over by then.
 */
export class LeaseKeeper {
  /** Runs whose row was locked at the last renewal. */
  private readonly late = new Set<RunActor>();

  constructor(
    private readonly deps: { db: Database; owner: string; clock: Clock },
    private readonly runs: OwnedRuns,
  ) {}

  /** Renews every lease but those that `renewLate` takes care of. */
  async renew(): Promise<void> {
    await this.renewThese(this.runs.actors.filter((actor) => !this.late.has(actor)));
  }

  /** Renews the leases of runs whose row was locked. */
  async renewLate(): Promise<void> {
    for (const actor of this.late) if (actor.lease.lost || !this.runs.has(actor)) this.late.delete(actor);
    if (this.late.size > 0) await this.renewThese([...this.late]);
  }

  /** A lease that could not be renewed is over by this process's own clock, whatever the database says. */
  expire(): void {
    for (const actor of this.runs.actors) if (actor.lease.remaining() <= 0) actor.lease.lose('the lease has run out');
  }

  private async renewThese(some: RunActor[]): Promise<void> {
    const { db, owner, clock } = this.deps;
    const held = some.filter((actor) => !actor.lease.lost);
    const sentAt = clock.monotonic();
    const renewed = await renewLeases(db, owner, held.map(ownership));
    const left = held.filter((actor) => {
      const wakeSeq = renewed.get(actor.id);
      if (wakeSeq === undefined) return true;
      this.late.delete(actor);
      actor.lease.renewed(sentAt);
      actor.wokenUntil(wakeSeq);
      return false;
    });
    if (left.length === 0) return;
    const ours = await ownedRuns(db, owner, left.map(ownership));
    for (const actor of left) {
      if (ours.has(actor.id)) this.late.add(actor);
      else {
        this.late.delete(actor);
        // A run that ended or was released while the statements ran is not in the answer either.
        if (this.runs.has(actor)) actor.lease.lose('another process has it');
      }
    }
  }
}

function ownership(actor: RunActor): OwnedRun {
  return { id: actor.id, fence: actor.lease.fence };
}
