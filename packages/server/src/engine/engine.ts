import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../database/clock.js';
import type { OpenDatabase } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import type { Sealer } from '../secrets/envelope.js';
import { every } from '../process/timer.js';
import type { CellCheckPlan, Cells, ExpectedObjectOf, RunEnded, Stage, SubjectsLocked, TextCheck } from './model.js';
import { Batch } from './rows/batch.js';
import { abandonRuns, type Release, releaseRuns } from './rows/claims.js';
import { Journal } from './rows/journal.js';
import { RENEW_LATE_MS, RENEW_MS } from './rows/lease.js';
import { WAITS_CHANNEL } from './rows/write-commits.js';
import { Admission } from './run/admission.js';
import { Claimer } from './run/claimer.js';
import { LeaseKeeper } from './run/lease-keeper.js';
import { OwnedRuns } from './run/owned-runs.js';
import { sweep, sweepSuspects } from './run/sweep.js';
import { listenToRuns } from './run-notifications.js';
import { startJobQueue } from './wake-up-jobs.js';
import { CellWatcher } from './watch/cell-watcher.js';
import { RUNS_CHANNEL } from './watch/observations.js';

export interface EngineOptions {
  /** Migrated, `migrateJobQueue` included. */
  database: OpenDatabase;
  cells: Cells;
  /** Every stage that runs may name. */
  stages: Stage[];
  /** @default the domain has no rows to lock */
  lockSubjects?: SubjectsLocked;
  onRunEnded: RunEnded;
  /** @default nothing is refused */
  checkTexts?: TextCheck;
  /** @default nothing has to be there */
  expectedObject?: ExpectedObjectOf;
  /** Checks the health of the cells that this process watches. @default nobody does */
  cellCheck?: CellCheckPlan;
  sealer: Sealer;
  log: Logger;
  /** The database's time, see `startDatabaseClock`. */
  clock: Clock;
  /** For messages: which copy of the program this is. @default the host's name */
  processName?: string;
  /** Runs that this process owns at once, at most. @default 500 */
  concurrency?: number;
}

export interface Engine {
  /**
   * To be called right after the commit of `insertRun` or `wakeRun`: claims the run at once if nobody has it, or, where this process
   * has no room, adds a job for the other processes. Without this call a sweep finds the run within a second.
   */
  wake(runId: string): void;
  /** Finishes calls in flight, releases every run, ends the watches: within 5 s. */
  stop(): Promise<void>;
  /** Runs that this process owns. */
  readonly size: number;
  /** Ends everything without telling the database or the cells, as SIGKILL does. For tests of the recovery. */
  kill(): Promise<void>;
}

/** A stop waits so long for calls and stages in flight. Milliseconds. */
const DRAIN_MS = 3_000;

/** Sweeps are so far apart. Milliseconds. */
const SWEEP_MS = 1_000;

/** A lease is checked against this process's own clock so often. Milliseconds. */
const EXPIRE_MS = 250;

/** The start waits so long for the database's notifications. Milliseconds. */
const LISTEN_MS = 1_000;

/**
 * Starts working on runs. A run comes to this process in four ways: `wake` (same process, after the commit), a job (from a process
 * without room, or one that does not work), NOTIFY (to the owner), and a sweep of `due_at` each second, which alone would be enough.
 *
 * The parts: `OwnedRuns` (the runs of this process), `Admission` (which runs are claimed, and when), `Claimer` (claim, and an actor for
 * each claimed run), `LeaseKeeper` (renewals), `sweep` (due runs), `CellWatcher` (observations of the objects that runs wait for).
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { database, log, sealer, cells, clock } = options;
  const { db } = database;
  // Unique for each start: runs of an earlier process of the same name are not ours.
  const owner = `${options.processName ?? hostname()}-${randomBytes(6).toString('hex')}`;
  const stopped = new AbortController();

  const runs = new OwnedRuns(options.concurrency ?? 500);
  const watcher: CellWatcher = new CellWatcher({
    db,
    owner,
    sealer,
    cells,
    clock,
    log,
    cellCheck: options.cellCheck,
    hand: (runId, nodeId, observation) => runs.observe(runId, nodeId, observation),
    wake: (runId) => admission.wake(runId),
  });
  const journal = new Journal(db, owner, {
    lockSubjects: options.lockSubjects ?? (() => Promise.resolve()),
    onRunEnded: options.onRunEnded,
  });
  const releases = new Batch<Release, boolean>({ inFlight: 1, size: 100 }, (items) => releaseRuns(db, owner, items));
  const claimer: Claimer = new Claimer(
    {
      db,
      owner,
      clock,
      log,
      journal,
      actor: {
        db,
        owner,
        sealer,
        cells,
        clock,
        log,
        journal,
        waits: watcher,
        stages: new Map(options.stages.map((stage) => [stage.name, stage])),
        checkTexts: options.checkTexts ?? (() => Promise.resolve(undefined)),
        expectedObject: options.expectedObject ?? (() => Promise.resolve(undefined)),
        missed: (id) => admission.missed(id),
        release: (release) => releases.call(release),
      },
      onOwned: (actor) => admission.admitted(actor),
    },
    runs,
  );
  const admission: Admission = new Admission({ db, owner, clock, log, claim: (id) => claimer.claim(id) }, runs);
  const leases = new LeaseKeeper({ db, owner, clock }, runs);
  const sweeping = { db, owner, runs, admission };

  const suspects = () => sweepSuspects(sweeping, (id) => claimer.claimSuspect(id), stopped.signal);
  const loops = [
    every(RENEW_MS, log, 'leases could not be renewed', () => leases.renew(), 0),
    every(RENEW_LATE_MS, log, 'leases could not be renewed', () => leases.renewLate(), 0),
    every(SWEEP_MS, log, 'due runs could not be read', () => sweep(sweeping), 0),
    every(SWEEP_MS, log, 'runs that crashed their owners could not be read', suspects, 0),
    every(SWEEP_MS, log, 'cells could not be watched', () => watcher.tick(), 0),
  ];
  const expiry = setInterval(() => leases.expire(), EXPIRE_MS);
  expiry.unref();

  const unlisten = await listenToRuns({ database, log, signal: stopped.signal, patienceMs: LISTEN_MS }, [
    {
      channel: RUNS_CHANNEL,
      onNotification: (id) => void (runs.get(id) !== undefined && admission.wake(id)),
      onGap: () => void sweep(sweeping).catch(() => undefined),
    },
    {
      channel: WAITS_CHANNEL,
      onNotification: (payload) =>
        void watcher
          .announced(payload)
          .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'an announced wait could not be read')),
      onGap: () => watcher.compareSoon(),
    },
  ]);
  const jobs = startJobQueue({ database, log, concurrency: 4 }, (id) => admission.jobCame(id));

  async function stop(): Promise<void> {
    admission.stop();
    stopped.abort();
    for (const actor of runs.actors) actor.stop();
    // Nothing here may depend on a database that has gone.
    await Promise.all([jobs.stop(), within(1_000, unlisten()), within(DRAIN_MS, Promise.all(runs.actors.map((actor) => actor.done)))]);
    // Calls of these runs that are still in flight may take effect: no process takes the runs over before their leases have ended.
    const cutOff = runs.actors.map((actor) => actor.id);
    for (const actor of runs.actors) actor.lease.lose('the program stops');
    clearInterval(expiry);
    await within(500, Promise.all(loops.map((loop) => loop.stop())));
    // Whatever the database answers now: the leases end by themselves in 3 s.
    const complain = (error: unknown) => log.warn({ error: messageOf(error) }, 'not every run could be released; leases end in 3 s');
    await within(1_000, Promise.all([watcher.stop().catch(complain), abandonRuns(db, owner, cutOff).catch(complain)]));
  }

  async function kill(): Promise<void> {
    admission.stop();
    stopped.abort();
    for (const actor of runs.actors) actor.lease.lose('killed');
    clearInterval(expiry);
    await Promise.all([jobs.stop(), unlisten(), ...loops.map((loop) => loop.stop()), watcher.kill()]);
    await Promise.all(runs.actors.map((actor) => actor.done));
  }

  let ended: Promise<void> | undefined;
  return {
    wake: (id) => admission.wake(id),
    stop: () => (ended ??= stop()),
    kill: () => (ended ??= kill()),
    get size() {
      return runs.size;
    },
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
