import { ApiError, type InformerState } from '@cellplane/kubernetes';
import { type JsonObject, judge, type ObjectReference, type Observation, type Verdict } from '@cellplane/plan';
import { gaveWay } from '../../database/away.js';
import type { Clock } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { Sealer } from '../../secrets/envelope.js';
import { atStep } from '../../watchdog/loop-step.js';
import { Batch } from '../rows/batch.js';
import { CellHealth, PING_TIMEOUT_MS } from './cell-health.js';
import { KindWatch, objectKey, waitKey } from './kind-watch.js';
import { asJson, isOlder, signature, uidOf, versionOf } from '../run/leaf/leaf-memory.js';
import { LEASE_MS } from '../rows/lease.js';
import type { Cells } from '../model.js';
import { leaseCells, noteComplaint, readWaits, releaseCells, type Sighting, storeSightings } from './observations.js';
import { trimObject } from '../object-marks.js';
import type { Wait, WaitRegistry } from '../run/wait-registry.js';

export interface CellWatcherDeps {
  db: Database;
  owner: string;
  sealer: Sealer;
  cells: Cells;
  clock: Clock;
  log: Logger;
  /** Gives an observation to the run's owner if it is in this process. Answers whether it was. */
  hand(runId: string, nodeId: string, observation: Observation): boolean;
  /** This run was rung and has no owner. */
  wake(runId: string): void;
}

interface WatchedCell {
  waits: Map<string, Wait>;
  watches: Map<string, KindWatch>;
  /** Monotonic end of our lease; 0 = another process watches. */
  until: number;
  health: CellHealth;
  /** The complaint that was said last, as text. */
  said: string;
  /** Until what was said of the connection is stored. */
  noted: Promise<void>;
  /** Waits whose object is to be read, and how many readers are at work. */
  toLook: Map<string, Wait>;
  readers: number;
}

/** All wait rows of our cells are compared with what is known here, this often. Milliseconds. */
const COMPARE_MS = 15_000;
/** A sighting of a run whose row somebody holds is tried again after this time. Milliseconds. */
const HELD_MS = 200;
/** One that could not be stored then is tried again after this time. Milliseconds. */
const FAILED_MS = 1_000;
/** Objects of a cell that are read at the same time. */
const LOOKS_AT_ONCE = 8;
/** No complaint, as it is remembered. */
const WELL = JSON.stringify({ refused: {} });

/**
 * The watches of this process. For each cell one process has the lease; it opens one watch per kind (and one per foreign
 * object), hands what it sees to runs owned here, and for all others stores it and rings, if it changes what people see.
 *
 * - **A cell that becomes ours** (first wait, or the watcher before died): all its wait rows are read; each object is looked at once.
 * - **A wait of another process** is announced by NOTIFY when its write is answered; we read the row and look at the object once.
 * - **Every 15 s** the rows are read again, as a safety net, and what nobody waits for any more is dropped.
 */
export class CellWatcher implements WaitRegistry {
  private readonly watched = new Map<string, WatchedCell>();
  /** What was stored last of each wait. */
  private readonly seen = new Map<string, Seen>();
  /** Answers false where the run's row is held by somebody just now. */
  private readonly store: Batch<Sighting, boolean>;
  private comparedAt = -COMPARE_MS;
  private stopped = false;

  constructor(private readonly deps: CellWatcherDeps) {
    this.store = new Batch({ inFlight: 1, size: 64 }, async (sightings) => {
      const { unowned, held } = await storeSightings(deps.db, deps, sightings);
      for (const id of unowned) deps.wake(id);
      return sightings.map(({ runId }) => !held.has(runId));
    });
  }

  /** True if this process watches the cell, surely. */
  isMine(cellId: string): boolean {
    return (this.watched.get(cellId)?.until ?? 0) > this.deps.clock.monotonic();
  }

  add(wait: Wait): void {
    const cell = this.cell(wait.cellId);
    const before = cell.waits.get(waitKey(wait));
    if (before !== undefined && (before.watch !== wait.watch || objectKey(before.object) !== objectKey(wait.object)))
      this.unwatch(cell, before);
    cell.waits.set(waitKey(wait), wait);
    if (this.isMine(wait.cellId)) void this.watch(cell, wait);
    else if (cell.until === 0 && cell.waits.size === 1)
      void this.lease().catch((error) => this.deps.log.warn({ error: messageOf(error) }, 'cells could not be leased'));
  }

  remove(cellId: string, runId: string, nodeId: string): void {
    const cell = this.watched.get(cellId);
    const wait = cell?.waits.get(waitKey({ runId, nodeId }));
    if (cell === undefined || wait === undefined) return;
    cell.waits.delete(waitKey(wait));
    this.seen.delete(waitKey(wait));
    this.unwatch(cell, wait);
  }

  latest(cellId: string, object: ObjectReference): Observation | undefined {
    const cell = this.watched.get(cellId);
    if (cell === undefined || !this.isMine(cellId)) return undefined;
    return cell.watches.get(kindKey(object))?.latest(object) ?? cell.watches.get(nameKey(object))?.latest(object);
  }

  /** Once a second: renews leases, takes cells whose watcher died, asks whether they are there, compares with the rows. */
  async tick(): Promise<void> {
    await this.lease();
    const now = this.deps.clock.monotonic();
    for (const [id, cell] of this.watched) if (this.isMine(id) && cell.waits.size > 0 && cell.health.mayPing(now)) void this.ping(id, cell);
    if (now - this.comparedAt < COMPARE_MS) return;
    this.comparedAt = now;
    // Where another process watches, only runs in our hands have said what they wait for.
    for (const [id, cell] of this.watched)
      if (!this.isMine(id))
        for (const wait of cell.waits.values()) if (!this.deps.hand(wait.runId, '', NOTHING)) this.remove(id, wait.runId, wait.nodeId);
    await this.compare([...this.watched.keys()].filter((id) => this.isMine(id)));
  }

  /** Announcements may have been missed: the next tick compares with the rows. */
  compareSoon(): void {
    this.comparedAt = -COMPARE_MS;
  }

  /** Another process waits for something on a cell that may be ours. */
  async announced(payload: string): Promise<void> {
    const { cell, run, node } = JSON.parse(payload) as { cell: string; run: string; node: string };
    if (!this.isMine(cell)) return;
    for (const wait of await readWaits(this.deps.db, this.deps.sealer, { runId: run, nodeId: node })) {
      this.add(wait);
      this.lookSoon(wait);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.watched.values()].flatMap((cell) => [...cell.watches.values()].map((watch) => watch.informer.stop())));
    await releaseCells(this.deps.db, this.deps.owner);
  }

  /** Ends without a word to the database, as a killed process does. For tests of what comes after. */
  async kill(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.watched.values()].flatMap((cell) => [...cell.watches.values()].map((watch) => watch.informer.stop())));
  }

  private async lease(): Promise<void> {
    if (this.stopped) return;
    const sentAt = this.deps.clock.monotonic();
    const wanted = [...this.watched].filter(([, cell]) => cell.until > 0 || cell.waits.size > 0).map(([id]) => id);
    const mine = await leaseCells(this.deps.db, this.deps.owner, wanted);
    const gained: string[] = [];
    for (const id of mine) {
      const cell = this.cell(id);
      if (cell.until <= sentAt) gained.push(id);
      cell.until = sentAt + LEASE_MS;
    }
    // One that is not in the answer may only be held by somebody just now: it is ours until its lease is over.
    for (const [id, cell] of this.watched) if (!mine.has(id) && cell.until > 0 && cell.until <= sentAt) this.lose(cell);
    if (gained.length === 0) return;
    for (const id of gained) {
      const cell = this.cell(id);
      for (const wait of cell.waits.values()) void this.watch(cell, wait);
    }
    await this.compare(gained);
  }

  private lose(cell: WatchedCell): void {
    cell.until = 0;
    cell.health = new CellHealth(() => this.deps.clock.now());
    cell.said = WELL;
    for (const key of cell.waits.keys()) this.seen.delete(key);
    cell.waits.clear();
    cell.toLook.clear();
    for (const watch of cell.watches.values()) void watch.informer.stop();
    cell.watches.clear();
  }

  /** Reads all wait rows of the cells: what is new here is watched and looked at once, what is no longer there is dropped. */
  private async compare(cells: string[]): Promise<void> {
    if (cells.length === 0) return;
    const startedWith = new Map(cells.map((id) => [id, new Set(this.watched.get(id)?.waits.keys())]));
    const rows = await readWaits(this.deps.db, this.deps.sealer, { cells });
    const wanted = new Set(rows.map(waitKey));
    for (const id of cells) {
      for (const key of startedWith.get(id) ?? []) {
        const wait = this.watched.get(id)?.waits.get(key);
        // A wait of a run owned here may be younger than its row.
        if (wait !== undefined && !wanted.has(key) && !this.deps.hand(wait.runId, '', NOTHING)) this.remove(id, wait.runId, wait.nodeId);
      }
    }
    for (const wait of rows) {
      const cell = this.cell(wait.cellId);
      const known = cell.waits.has(waitKey(wait));
      if (!known) this.add(wait);
      const unwatched = cell.health.isRefused(kindKey(wait.object)) || this.latest(wait.cellId, wait.object) === undefined;
      if (!known || unwatched) this.lookSoon(wait);
    }
  }

  /** Has the object read, a few of a cell at a time. Nobody waits for it: a cell that is silent holds up neither leases nor other cells. */
  private lookSoon(wait: Wait): void {
    const cell = this.cell(wait.cellId);
    cell.toLook.set(waitKey(wait), wait);
    if (cell.readers < LOOKS_AT_ONCE) void this.read(cell);
  }

  private async read(cell: WatchedCell): Promise<void> {
    cell.readers += 1;
    for (const [key, wait] of cell.toLook) {
      cell.toLook.delete(key);
      if (!this.stopped && cell.waits.has(key)) await this.lookOnce(wait);
    }
    cell.readers -= 1;
  }

  /** Reads an object that no watch has told of, and hands it on. */
  private async lookOnce(wait: Wait): Promise<void> {
    try {
      const client = await this.deps.cells.client(wait.cellId);
      const object = await client.get(wait.object, { timeoutMs: 2_000 }).catch((error: unknown) => {
        if (error instanceof ApiError && error.reason === 'NotFound') return null;
        throw error;
      });
      const now = this.deps.clock.now();
      // Said again even if it is not news: what the row shows may have been overtaken.
      const seen = this.seen.get(waitKey(wait));
      if (seen !== undefined) delete seen.shown;
      await this.deliver(wait, { object: object === null ? null : asJson(trimObject(object)), at: now, quietSince: now });
    } catch (error) {
      // The watch, or the next comparison, tells.
      this.deps.log.debug({ error: messageOf(error), cell: wait.cellId }, 'an object that is waited for could not be read');
    }
  }

  private async watch(cell: WatchedCell, wait: Wait): Promise<void> {
    const key = wait.watch === 'label' ? kindKey(wait.object) : nameKey(wait.object);
    const there = cell.watches.get(key);
    if (there !== undefined) {
      there.add(wait);
      return;
    }
    try {
      const client = await this.deps.cells.client(wait.cellId);
      // Meanwhile another wait may have opened it, or this one may be over.
      const raced = cell.watches.get(key);
      if (this.stopped || cell.waits.get(waitKey(wait)) !== wait) return;
      const watch =
        raced ??
        new KindWatch(
          {
            client,
            now: () => this.deps.clock.now(),
            deliver: (to, observation) => this.deliver(to, observation),
            onState: (state, reason, error) => {
              const of = { watch: key, kind: kindKey(wait.object) };
              this.onState(wait.cellId, cell, () => cell.health.report(of, state, reason, error), state);
            },
          },
          { apiVersion: wait.object.apiVersion, kind: wait.object.kind, ...(wait.watch === 'name' ? { named: wait.object } : {}) },
        );
      watch.add(wait);
      cell.watches.set(key, watch);
    } catch (error) {
      this.deps.log.warn({ error: messageOf(error), cell: wait.cellId }, 'a watch could not be opened');
    }
  }

  private unwatch(cell: WatchedCell, wait: Wait): void {
    const key = wait.watch === 'label' ? kindKey(wait.object) : nameKey(wait.object);
    const watch = cell.watches.get(key);
    watch?.remove(wait);
    // The shared watch of a kind stays: the next run will want it. A watch of one object has nobody else.
    if (watch === undefined || watch.size > 0 || wait.watch === 'label') return;
    cell.watches.delete(key);
    this.onState(wait.cellId, cell, () => cell.health.forget({ watch: key, kind: kindKey(wait.object) }));
    void watch.informer.stop();
  }

  private async deliver(to: Wait, observation: Observation): Promise<void> {
    if (this.deps.hand(to.runId, to.nodeId, observation)) return;
    const wait = this.watched.get(to.cellId)?.waits.get(waitKey(to));
    // Without the write's answer only the owner can judge; it looks by itself when it takes the run up.
    if (wait?.judged === undefined || (wait.judged.write === undefined && wait.judged.action !== 'get')) return;
    const { judged } = wait;
    const verdict = atStep(wait.runId, `task ${wait.nodeId}: its gate`, () =>
      maskVerdict(judge(judged, observation, this.deps.clock.now()), observation.object),
    );
    const shown = signature(verdict, observation);
    const seen = this.seen.get(waitKey(wait));
    // A look may be overtaken by the watch: what is older than what was stored is no news.
    if (seen?.shown === shown || (seen !== undefined && isOlder(observation, seen.observation))) return;
    const now: Seen = { observation: trace(observation), shown };
    this.seen.set(waitKey(wait), now);
    const sighting = { runId: wait.runId, nodeId: wait.nodeId, observation, verdict };
    const stored = await this.store.call(sighting).catch((error: unknown) => {
      if (gaveWay(error)) return false;
      // Not stored: it comes again.
      delete now.shown;
      throw error;
    });
    if (!stored) this.storeLater(waitKey(wait), sighting, now);
  }

  /**
   * Somebody holds the run's row: the sightings of other runs do not wait for it, this one comes after, however often that fails;
   * the watch does not report it again. A newer one takes its place.
   */
  private storeLater(key: string, sighting: Sighting, seen: Seen, pauseMs = HELD_MS): void {
    setTimeout(() => {
      if (this.stopped || this.seen.get(key) !== seen) return;
      this.store.call(sighting).then(
        (stored) => {
          if (!stored) this.storeLater(key, sighting, seen);
        },
        (error: unknown) => {
          this.deps.log.warn({ run: sighting.runId, error: messageOf(error) }, 'a sighting could not be stored; it is tried again');
          this.storeLater(key, sighting, seen, FAILED_MS);
        },
      );
    }, pauseMs).unref();
  }

  /** A cell that accepts and says nothing is not noticed by its watches for long. */
  private async ping(cellId: string, cell: WatchedCell): Promise<void> {
    const { health } = cell;
    const back = await this.deps.cells
      .client(cellId)
      .then(async (client) => client.raw('/version', { timeoutMs: PING_TIMEOUT_MS }))
      .then(
        () => health.answered(),
        (error: unknown) => health.missed(error),
      );
    if (this.stopped || cell.health !== health) return;
    this.onState(cellId, cell, () => {});
    // What happened while it was silent may never come: its connections may be dead without knowing.
    if (back) for (const watch of cell.watches.values()) void watch.informer.relist();
  }

  /** Takes a change of the cell's health, and says it where people look, if it is one. */
  private onState(cellId: string, cell: WatchedCell, change: () => void, state?: InformerState): void {
    if (state === 'syncing') return;
    const { trouble: before } = cell.health.complaint;
    change();
    const complaint = cell.health.complaint;
    const text = JSON.stringify(complaint);
    if (text === cell.said) return;
    cell.said = text;
    // One after the other: the row must end with what was said last.
    cell.noted = cell.noted
      .then(() => noteComplaint(this.deps.db, this.deps.owner, cellId, complaint))
      .catch((failure) => this.deps.log.warn({ error: messageOf(failure) }, 'the state of a cell could not be stored'));
    for (const [kind, { message }] of Object.entries(complaint.refused))
      this.deps.log.warn({ cell: cellId, kind, reason: message }, 'the watch of a kind is refused');
    if (complaint.trouble === before) return;
    if (complaint.trouble === undefined) this.deps.log.info({ cell: cellId }, 'the cell answers');
    else this.deps.log.warn({ cell: cellId, reason: complaint.trouble }, 'the cell does not answer');
  }

  private cell(id: string): WatchedCell {
    let cell = this.watched.get(id);
    if (cell === undefined)
      this.watched.set(
        id,
        (cell = {
          waits: new Map(),
          watches: new Map(),
          until: 0,
          health: new CellHealth(() => this.deps.clock.now()),
          said: WELL,
          noted: Promise.resolve(),
          toLook: new Map(),
          readers: 0,
        }),
      );
    return cell;
  }
}

interface Seen {
  /** Of the object only what tells its age. */
  observation: Observation;
  /** What people see of it; absent if it is to be said again. */
  shown?: string;
}

function trace({ at, quietSince, object }: Observation): Observation {
  return { at, quietSince, object: object && { metadata: { uid: uidOf(object), resourceVersion: versionOf(object) } } };
}

const NOTHING: Observation = { object: null, at: 0, quietSince: 0 };

function kindKey(object: ObjectReference): string {
  return `${object.apiVersion}|${object.kind}`;
}

function nameKey(object: ObjectReference): string {
  return `${kindKey(object)}|${objectKey(object)}`;
}

/** Live values of a Secret are nobody's to read. */
function maskVerdict(verdict: Verdict, object: JsonObject | null): Verdict {
  if (object?.kind !== 'Secret') return verdict;
  const { success: _success, failure: _failure, ...rest } = verdict;
  return { ...rest, reason: verdict.state === 'waiting' ? 'the gate is not true yet' : rest.reason };
}
