import type { Clock } from '../../database/clock.js';
import { type Database, sql } from '../../database/database.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { makeDue, offerRun } from '../wake-up.js';
import { RUNS_CHANNEL } from '../watch/observations.js';
import type { OwnedRuns } from './owned-runs.js';
import type { RunActor } from './run-actor.js';

export interface AdmissionDeps {
  db: Database;
  owner: string;
  clock: Clock;
  log: Logger;
  claim(id: string): Promise<void>;
}

/** A wake-up that could not be stored is tried again after this time. Milliseconds. */
const WAKE_AGAIN_MS = 500;

/** A run that needs another version of the program is left to other processes for so long. Milliseconds. */
const FOREIGN_MS = 15_000;

/** A run for which there is no room waits this long for one that ends here before it is offered to other processes. Milliseconds. */
const OFFER_AFTER_MS = 200;

/**
 * Decides which runs this process claims, and when: a run that was woken here or found due, as long as there is room. For a woken
 * run without room it waits a moment, then offers the run to other processes.
 */
export class Admission {
  /** Woken while the claim was under way: the claim may have read the rows before they were written. */
  private readonly wokenWhileClaimed = new Set<string>();
  /** Woken while there was no room, with the timer after which the run is offered. */
  private readonly queued = new Map<string, NodeJS.Timeout>();
  /** Runs that need another version of the program, with the monotonic time until which they are left to others. */
  private readonly foreign = new Map<string, number>();
  private stopping = false;

  constructor(
    private readonly deps: AdmissionDeps,
    private readonly runs: OwnedRuns,
  ) {}

  /** Nothing is claimed any more. */
  stop(): void {
    this.stopping = true;
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  /** A run has something to do: its actor here reads its rows, or the run is claimed. */
  wake(id: string): void {
    if (this.stopping || id === '') return;
    const actor = this.runs.get(id);
    if (actor !== undefined) {
      actor.wake();
      // It may be letting the run go just now: then the run is claimed again.
      void actor.done.then(() => this.claim(id));
      return;
    }
    if (this.runs.claiming.has(id)) this.wokenWhileClaimed.add(id);
    else if (this.runs.room === 0) this.queue(id);
    else this.claim(id);
  }

  /** Claims a run, if there is room and this process does not work on it yet. */
  claim(id: string): void {
    const { runs } = this;
    if (this.stopping || runs.get(id) !== undefined || runs.claiming.has(id) || this.foreign.has(id) || runs.room === 0) return;
    void this.whileClaiming(id, () => this.deps.claim(id)).catch((error: unknown) =>
      this.deps.log.warn({ run: id, error: messageOf(error) }, 'a run could not be claimed'),
    );
  }

  /** Does a claim, so that nothing else claims the run meanwhile. */
  async whileClaiming(id: string, claim: () => Promise<void>): Promise<void> {
    this.runs.claiming.add(id);
    try {
      await claim();
    } finally {
      this.runs.claiming.delete(id);
      this.wokenWhileClaimed.delete(id);
    }
  }

  /** A claimed run has got its actor. */
  admitted(actor: RunActor): void {
    if (this.wokenWhileClaimed.delete(actor.id)) actor.wake();
    if (this.stopping) actor.stop();
    void actor.done.then(() => {
      this.runs.remove(actor);
      if (actor.isForeign) this.foreign.set(actor.id, this.deps.clock.monotonic() + FOREIGN_MS);
      this.admitQueued();
    });
  }

  /**
   * A message came for a run that was just released. No other process knows of it, and an object that does not change again is not
   * observed again: the run is made due until that is stored.
   */
  missed(id: string): void {
    if (this.stopping) return;
    makeDue(this.deps.db, [id])
      .then(() => this.claim(id))
      .catch((error: unknown) => {
        this.deps.log.warn({ run: id, error: messageOf(error) }, 'a run could not be woken; it is tried again');
        setTimeout(() => this.missed(id), WAKE_AGAIN_MS).unref();
      });
  }

  /** A job came for a run: the run is claimed here, or its owner in another process is notified. */
  async jobCame(id: string): Promise<void> {
    if (this.runs.get(id) !== undefined) {
      this.wake(id);
      return;
    }
    this.claim(id);
    const { db, owner } = this.deps;
    await sql`select pg_notify(${RUNS_CHANNEL}, id) from runs where id = ${id} and owner is not null and owner <> ${owner}`.execute(db);
  }

  /** Runs that are left to processes of another version for now. */
  leftToOthers(): string[] {
    for (const [id, until] of this.foreign) if (this.deps.clock.monotonic() >= until) this.foreign.delete(id);
    return [...this.foreign.keys()];
  }

  private queue(id: string): void {
    if (this.queued.has(id)) return;
    const timer = setTimeout(() => {
      this.queued.delete(id);
      offerRun(this.deps.db, id).catch((error: unknown) =>
        this.deps.log.warn({ run: id, error: messageOf(error) }, 'a run could not be offered; a sweep will find it'),
      );
    }, OFFER_AFTER_MS);
    timer.unref();
    this.queued.set(id, timer);
  }

  private admitQueued(): void {
    for (const [id, timer] of this.queued) {
      if (this.runs.room === 0 || this.stopping) return;
      clearTimeout(timer);
      this.queued.delete(id);
      this.claim(id);
    }
  }
}
