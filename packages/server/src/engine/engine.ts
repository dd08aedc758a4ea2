import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../database/clock.js';
import { type OpenDatabase, sql } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import type { Sealer } from '../secrets/envelope.js';
import { pause } from '../timer.js';
import { countStrikes, nextStruck } from '../watchdog/strikes.js';
import { Batch } from './rows/batch.js';
import { BROKEN, setAside } from './run/broken-run.js';
import { CellWatcher } from './watch/cell-watcher.js';
import { abandonRuns, claimRuns, dueRuns, ownedRuns, type Release, releaseRuns, renewLeases, ringRuns } from './rows/claims.js';
import { startDoorbell } from './wake-up-jobs.js';
import { endHurting, hesitation, hurtsOwner } from './run/poison-run.js';
import { offerRun } from './insert-run.js';
import { Journal } from './rows/journal.js';
import { WAITS_CHANNEL } from './rows/write-commits.js';
import { RENEW_LATE_MS, RENEW_MS } from './rows/lease.js';
import type { Cells, KeptJudge, RunEnded, Stage, TaintJudge } from './model.js';
import { RUNS_CHANNEL } from './watch/observations.js';
import { RunActor } from './run/run-actor.js';
import type { RunRow } from './rows/run-row.js';

export interface EngineOptions {
  /** Migrated, `migrateDoorbell` included. */
  database: OpenDatabase;
  cells: Cells;
  /** Every stage that runs may name. */
  stages: Stage[];
  onRunEnded: RunEnded;
  /** @default nothing is refused */
  refuseTainted?: TaintJudge;
  /** @default nothing has to be there */
  keptObject?: KeptJudge;
  sealer: Sealer;
  log: Logger;
  /** The database's time, see `startDatabaseClock`. */
  clock: Clock;
  /** For messages: which copy of the program this is. @default the host's name */
  processName?: string;
  /** Runs in the hands of this process at once. @default 500 */
  concurrency?: number;
}

export interface Engine {
  /**
   * For right after the commit of `insertRun` or `ringRun`: takes the run up at once if nobody has it, or, where this process
   * has no room, adds a job for the others. Without it, a sweep finds the run within a second.
   */
  wake(runId: string): void;
  /** Finishes what is in flight, lets every run go, ends the watches: within 5 s. */
  stop(): Promise<void>;
  /** Runs in the hands of this process. */
  readonly size: number;
  /** Ends everything without a word to the database or the cells, as SIGKILL does. For tests of what comes after. */
  kill(): Promise<void>;
}

/** A stop waits this long for calls and stages in flight. Milliseconds. */
const DRAIN_MS = 3_000;

/** A ring that could not be stored is tried again after this time. Milliseconds. */
const RING_AGAIN_MS = 500;

/** A run that needs another version of the program is left to other processes for so long. Milliseconds. */
const FOREIGN_MS = 15_000;

/** A run for which there is no room waits this long for one that ends here before it is offered to other processes. Milliseconds. */
const OFFER_AFTER_MS = 200;

/**
 * Starts working on runs. Runs come by four ways, all of which only say "look": `wake` (same process, after the commit), a job
 * (from a process that has no room or does not work), NOTIFY (for the owner), and a sweep of `due_at` each second, which alone would be enough.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { database, log, sealer, cells, clock } = options;
  const { db } = database;
  const concurrency = options.concurrency ?? 500;
  // Unique for each start: what a process before us of the same name has left is not ours.
  const owner = `${options.processName ?? hostname()}-${randomBytes(6).toString('hex')}`;
  const actors = new Map<string, RunActor>();
  const claiming = new Set<string>();
  /** Runs that hurt their owners, while they are ended. */
  const ending = new Set<string>();
  /** Rung while its claim was under way: the claim may have read the rows before what the ring was for. */
  const rungMeanwhile = new Set<string>();
  /** Woken while there was no room, with the timer after which other processes are asked. */
  const queued = new Map<string, NodeJS.Timeout>();
  /** Runs that need another version of the program, with the monotonic time until which they are left to others. */
  const foreign = new Map<string, number>();
  let stopping = false;
  const listening = new AbortController();

  const watcher: CellWatcher = new CellWatcher({
    db,
    owner,
    sealer,
    cells,
    clock,
    log,
    hand: (runId, nodeId, observation) => {
      const actor = actors.get(runId);
      // One that has lost its lease hears nothing any more: what is seen is stored, and rings for whoever comes.
      if (actor === undefined || actor.lease.signal.aborted) return false;
      if (nodeId !== '') actor.observe(nodeId, observation);
      return true;
    },
    wake: (runId) => wake(runId),
  });
  const journal = new Journal(db, owner, options.onRunEnded);
  const releases = new Batch<Release, boolean>({ inFlight: 1, size: 100 }, (items) => releaseRuns(db, owner, items));
  const claims = new Batch<string, void>({ inFlight: 1, size: 50, apartMs: 5 }, claim);

  async function claim(ids: string[]): Promise<void[]> {
    const sentAt = clock.monotonic();
    const claimed = await claimRuns(db, owner, ids);
    for (const run of claimed) adopt(run, sentAt);
    return ids.map(() => undefined);
  }

  function adopt(run: Awaited<ReturnType<typeof claimRuns>>[number], sentAt: number): void {
    const { id } = run.row;
    if (hurtsOwner(run.row)) {
      void endByName(run.row);
      return;
    }
    let actor: RunActor;
    try {
      actor = new RunActor(
        {
          db,
          owner,
          sealer,
          cells,
          clock,
          log,
          journal,
          watcher,
          stages,
          refuseTainted: options.refuseTainted ?? (() => Promise.resolve(undefined)),
          keptObject: options.keptObject ?? (() => Promise.resolve(undefined)),
          missed,
          release: (release) => releases.call(release),
          broken: (row, reason) => putAside(row, reason),
        },
        run,
        sentAt,
      );
    } catch (error) {
      void putAside(run.row, messageOf(error));
      return;
    }
    actors.set(id, actor);
    if (rungMeanwhile.delete(id)) actor.ring();
    if (stopping) actor.stop();
    void actor.done.then(() => {
      if (actors.get(id) === actor) actors.delete(id);
      if (actor.isForeign) foreign.set(id, clock.monotonic() + FOREIGN_MS);
      admit();
    });
  }

  /** A run that hurts its owners ends instead of being worked on. */
  async function endByName(row: RunRow): Promise<void> {
    ending.add(row.id);
    try {
      const message = await endHurting({ db, journal, now: () => clock.now() }, row);
      log.error({ run: row.id, step: row.struck_at }, message);
    } catch (error) {
      // Its lease ends by itself; then somebody tries again.
      log.warn({ run: row.id, error: messageOf(error) }, 'a run that hurts its owners could not be ended; it is tried again');
    } finally {
      ending.delete(row.id);
    }
  }

  /** A run that cannot be carried on waits by name, and ends at its deadline. It is logged when that is news. */
  async function putAside(row: RunRow, reason: string): Promise<void> {
    if (row.code !== BROKEN || !row.message.includes(reason))
      log.error({ run: row.id, error: reason }, 'a run cannot be carried on; it waits, and is tried again until its deadline');
    await setAside({ db, owner, journal, now: () => clock.now() }, row, reason).catch((error: unknown) =>
      log.warn({ run: row.id, error: messageOf(error) }, 'a run that cannot be carried on could not be set aside'),
    );
  }

  const stages = new Map(options.stages.map((stage) => [stage.name, stage]));

  function wake(id: string): void {
    if (stopping || id === '') return;
    const actor = actors.get(id);
    if (actor !== undefined) {
      actor.ring();
      // It may be letting go just now: then somebody must look again.
      void actor.done.then(() => look(id));
      return;
    }
    if (claiming.has(id)) rungMeanwhile.add(id);
    else if (full()) queue(id);
    else look(id);
  }

  /** No room now: the next run that ends here makes some. If that takes longer than a moment, others are asked. */
  function queue(id: string): void {
    if (queued.has(id)) return;
    const timer = setTimeout(() => {
      queued.delete(id);
      offerRun(db, id).catch((error: unknown) =>
        log.warn({ run: id, error: messageOf(error) }, 'a run could not be offered; a sweep will find it'),
      );
    }, OFFER_AFTER_MS);
    timer.unref();
    queued.set(id, timer);
  }

  function admit(): void {
    for (const [id, timer] of queued) {
      if (full() || stopping) return;
      clearTimeout(timer);
      queued.delete(id);
      look(id);
    }
  }

  function full(): boolean {
    return actors.size + claiming.size >= concurrency;
  }

  function look(id: string): void {
    if (stopping || actors.has(id) || claiming.has(id) || foreign.has(id) || full()) return;
    claiming.add(id);
    claims
      .call(id)
      .catch((error: unknown) => log.warn({ run: id, error: messageOf(error) }, 'a run could not be claimed'))
      .finally(() => {
        claiming.delete(id);
        rungMeanwhile.delete(id);
      });
  }

  /** Nobody else knows of it, and nothing is seen of an object that does not change again: it is rung for until that is stored. */
  function missed(id: string): void {
    if (stopping) return;
    ringRuns(db, [id])
      .then(() => look(id))
      .catch((error: unknown) => {
        log.warn({ run: id, error: messageOf(error) }, 'a run could not be rung; it is tried again');
        setTimeout(() => missed(id), RING_AGAIN_MS).unref();
      });
  }

  /** A job: the run is taken up here, or its owner elsewhere is told. */
  async function jobRang(id: string): Promise<void> {
    if (actors.has(id)) {
      wake(id);
      return;
    }
    look(id);
    await sql`select pg_notify(${RUNS_CHANNEL}, id) from runs where id = ${id} and owner is not null and owner <> ${owner}`.execute(db);
  }

  /** Whose row was held by somebody at a renewal: asked for again soon, until there is an answer. */
  const late = new Set<RunActor>();

  async function renew(): Promise<void> {
    await renewThese([...actors.values()].filter((actor) => !late.has(actor)));
  }

  /** Nothing here waits for a row that somebody holds: its run alone comes later, and is lost when its lease is over by then. */
  async function renewThese(some: RunActor[]): Promise<void> {
    const held = some.filter((actor) => !actor.lease.lost);
    const sentAt = clock.monotonic();
    const kept = await renewLeases(db, owner, held.map(owned));
    const left = held.filter((actor) => {
      const wakeSeq = kept.get(actor.id);
      if (wakeSeq === undefined) return true;
      late.delete(actor);
      actor.lease.renewed(sentAt);
      actor.rungUntil(wakeSeq);
      return false;
    });
    if (left.length === 0) return;
    const ours = await ownedRuns(db, owner, left.map(owned));
    for (const actor of left) {
      if (ours.has(actor.id)) late.add(actor);
      else {
        late.delete(actor);
        // A run that ended or was let go while the statements ran is not in the answer either.
        if (actors.get(actor.id) === actor) actor.lease.lose('another process has it');
      }
    }
  }

  async function renewLate(): Promise<void> {
    for (const actor of late) if (actor.lease.lost || actors.get(actor.id) !== actor) late.delete(actor);
    if (late.size > 0) await renewThese([...late]);
  }

  function owned(actor: RunActor): { id: string; fence: number } {
    return { id: actor.id, fence: actor.lease.fence };
  }

  async function sweep(): Promise<void> {
    for (const [id, until] of foreign) if (clock.monotonic() >= until) foreign.delete(id);
    const free = concurrency - actors.size - claiming.size;
    if (free <= 0 || stopping) return;
    await countStrikes(db, owner, inHands());
    for (const id of await dueRuns(db, owner, [...inHands(), ...foreign.keys()], Math.min(free, 200))) look(id);
  }

  /** What this process is at, from the claim on: nobody has left it behind. */
  function inHands(): string[] {
    return [...actors.keys(), ...claiming, ...ending];
  }

  /** Of the runs at whose steps owners have ended one is taken up at a time, after a while: the others are not to suffer with it. */
  async function takeUpStruck(): Promise<void> {
    if (stopping || full() || [...actors.values()].some((actor) => actor.isStruck)) return;
    const next = await nextStruck(db, owner, inHands());
    if (next === undefined) return;
    await pause(hesitation(next), listening.signal);
    if (stopping || inHands().includes(next.id)) return;
    claiming.add(next.id);
    try {
      const sentAt = clock.monotonic();
      for (const run of await claimRuns(db, owner, [next.id], 'struck')) adopt(run, sentAt);
    } finally {
      claiming.delete(next.id);
      rungMeanwhile.delete(next.id);
    }
  }

  /** A lease that could not be renewed is over by our own clock, whatever the database says. */
  function expire(): void {
    for (const actor of actors.values()) if (actor.lease.remaining() <= 0) actor.lease.lose('the lease has run out');
  }

  const loops = [
    every(RENEW_MS, 'leases could not be renewed', renew),
    every(RENEW_LATE_MS, 'leases could not be renewed', renewLate),
    every(1_000, 'due runs could not be looked for', sweep),
    every(1_000, 'runs that their owners left behind could not be looked for', takeUpStruck),
    every(1_000, 'cells could not be watched', () => watcher.tick()),
  ];
  const expiry = setInterval(expire, 250);
  expiry.unref();

  /** Calls `work` again and again, each pause counted from the end of the last call; errors are logged and do not end it. */
  function every(pauseMs: number, complaint: string, work: () => Promise<void>): { stop(): Promise<void> } {
    let timer: NodeJS.Timeout | undefined;
    let running: Promise<void> = Promise.resolve();
    let ended = false;
    const turn = () => {
      running = work()
        .catch((error: unknown) => log.warn({ error: messageOf(error) }, complaint))
        .finally(() => {
          if (!ended) timer = setTimeout(turn, pauseMs);
        });
    };
    timer = setTimeout(turn, 0);
    return {
      stop: async () => {
        ended = true;
        clearTimeout(timer);
        await running;
      },
    };
  }

  const unlisten: (() => Promise<void>)[] = [];
  /** NOTIFY only makes things quick, so a database that cannot be listened to just now does not keep the engine from starting. */
  async function listen(channel: string, heard: (payload: string) => void, onGap: () => void): Promise<void> {
    while (!listening.signal.aborted) {
      try {
        unlisten.push(await database.listen(channel, heard, { onGap }));
        return;
      } catch (error) {
        log.warn({ channel, error: messageOf(error) }, 'notifications of the database cannot be heard; trying again');
        await new Promise((resolve) => setTimeout(resolve, 500).unref());
      }
    }
  }
  await Promise.race([
    Promise.all([
      listen(
        RUNS_CHANNEL,
        (id) => void (actors.has(id) && wake(id)),
        () => void sweep().catch(() => undefined),
      ),
      listen(
        WAITS_CHANNEL,
        (payload) => {
          watcher
            .announced(payload)
            .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'an announced wait could not be read'));
        },
        () => watcher.compareSoon(),
      ),
    ]),
    new Promise((resolve) => setTimeout(resolve, 1_000).unref()),
  ]);
  const doorbell = startDoorbell({ database, log, concurrency: 4 }, jobRang);

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    stopping = true;
    listening.abort();
    for (const actor of actors.values()) actor.stop();
    // Nothing here may depend on a database that has gone.
    await Promise.all([
      doorbell.stop(),
      within(1_000, Promise.all(unlisten.map((end) => end()))),
      within(DRAIN_MS, Promise.all([...actors.values()].map((actor) => actor.done))),
    ]);
    // What these have under way may still take effect: nobody takes them over before their leases have ended.
    const cutOff = [...actors.keys()];
    for (const actor of actors.values()) actor.lease.lose('the program stops');
    clearInterval(expiry);
    await within(500, Promise.all(loops.map((loop) => loop.stop())));
    // Whatever the database says now: the leases end by themselves in 3 s.
    const complain = (error: unknown) => log.warn({ error: messageOf(error) }, 'not everything could be let go; leases end in 3 s');
    await within(1_000, Promise.all([watcher.stop().catch(complain), abandonRuns(db, owner, cutOff).catch(complain)]));
  }

  async function kill(): Promise<void> {
    stopping = true;
    listening.abort();
    for (const actor of actors.values()) actor.lease.lose('killed');
    clearInterval(expiry);
    await Promise.all([doorbell.stop(), ...unlisten.map((end) => end()), ...loops.map((loop) => loop.stop()), watcher.kill()]);
    await Promise.all([...actors.values()].map((actor) => actor.done));
  }

  return {
    wake,
    stop: () => (stopped ??= stop()),
    kill: () => (stopped ??= kill()),
    get size() {
      return actors.size;
    },
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
