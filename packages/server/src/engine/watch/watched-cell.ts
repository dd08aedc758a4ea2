/** One cell as this process watches it: who waits for which object, a watch per kind, and single reads beside them. */
import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import type { ObjectReference, Observation } from '@cellplane/plan';
import type { Clock } from '../../database/clock.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { LEASE_MS } from '../rows/lease.js';
import type { CellCheckPlan } from '../model.js';
import { asJson } from '../run/leaf/leaf-memory.js';
import { trimObject } from '../object-marks.js';
import type { Wait } from '../run/wait-registry.js';
import { CellCheck } from './cell-check.js';
import { CellReport, type CellReportDeps } from './cell-report.js';
import { KindWatch, objectKey, waitKey } from './kind-watch.js';

export interface WatchedCellDeps extends CellReportDeps {
  clock: Clock;
  log: Logger;
  /** The cell's client with its present access. */
  client: () => Promise<KubernetesClient>;
  /** Checks the cell's health; undefined: nobody does here. */
  check: CellCheckPlan | undefined;
  /** Takes what was observed of an object that somebody waits for; a rejection makes the watch list again and report again. */
  take(wait: Wait, observation: Observation): Promise<void>;
  /** What a read finds is to be taken even if it is not news. */
  repeat(key: string): void;
  /** Nobody waits any more. */
  forget(key: string): void;
}

/** Objects of a cell that are read at the same time. */
const READS_AT_ONCE = 8;
/** Milliseconds. */
const READ_TIMEOUT_MS = 2_000;
/** A read that failed is tried again after this time. Milliseconds. */
const READ_AGAIN_MS = 2_000;

export class WatchedCell {
  private readonly waits = new Map<string, Wait>();
  private readonly watches = new Map<string, KindWatch>();
  /** Waits whose object is to be read, and how many readers are at work. */
  private readonly toRead = new Map<string, Wait>();
  private readers = 0;
  /** Keys of waits whose last read failed, and which are read again soon. */
  private readonly toReadAgain = new Set<string>();
  /** Monotonic end of this process's lease; 0: another process watches the cell. */
  private leasedUntil = 0;
  private report: CellReport;
  private readonly check: CellCheck;
  private stopped = false;

  constructor(
    private readonly deps: WatchedCellDeps,
    readonly id: string,
  ) {
    this.report = this.newReport();
    this.check = new CellCheck({ ...deps, plan: deps.check }, id);
  }

  /** True if this process watches the cell, surely. */
  get isMine(): boolean {
    return this.leasedUntil > this.deps.clock.monotonic();
  }

  /** True if this process watches the cell, or would have to. */
  get isWanted(): boolean {
    return this.leasedUntil > 0 || this.waits.size > 0;
  }

  /** True if somebody waits here and this process has not asked for the cell's lease yet. */
  get isNew(): boolean {
    return this.leasedUntil === 0 && this.waits.size === 1;
  }

  get waiting(): Wait[] {
    return [...this.waits.values()];
  }

  has(wait: Pick<Wait, 'runId' | 'nodeId'>): boolean {
    return this.waits.has(waitKey(wait));
  }

  /** The lease was asked for at this monotonic time, and given. Answers whether it is a new one. */
  leased(sentAt: number): boolean {
    const isNew = this.leasedUntil <= sentAt;
    if (isNew) this.check.soon();
    this.leasedUntil = sentAt + LEASE_MS;
    return isNew;
  }

  /** The lease was asked for at this monotonic time, and not given. It may only be held by somebody just now: it counts until its end. */
  notLeased(sentAt: number): void {
    if (this.leasedUntil > 0 && this.leasedUntil <= sentAt) this.lose();
  }

  /** Opens the watches of everybody who waits. */
  open(): void {
    for (const wait of this.waits.values()) void this.watch(wait);
  }

  /** Adds or changes a wait. */
  add(wait: Wait): void {
    const key = waitKey(wait);
    const before = this.waits.get(key);
    if (before !== undefined && (before.watch !== wait.watch || objectKey(before.object) !== objectKey(wait.object))) this.unwatch(before);
    this.waits.set(key, wait);
    if (this.isMine) void this.watch(wait);
  }

  remove(of: Pick<Wait, 'runId' | 'nodeId'>): void {
    const wait = this.waits.get(waitKey(of));
    if (wait === undefined) return;
    this.waits.delete(waitKey(wait));
    this.deps.forget(waitKey(wait));
    this.unwatch(wait);
  }

  /** The object as a watch sees it now. */
  latest(object: ObjectReference): Observation | undefined {
    if (!this.isMine) return undefined;
    return this.watches.get(kindKey(object))?.latest(object) ?? this.watches.get(nameKey(object))?.latest(object);
  }

  /** True if no watch tells of the object. */
  isUnwatched(object: ObjectReference): boolean {
    return this.report.isRefused(kindKey(object)) || this.latest(object) === undefined;
  }

  /** Has the object read, a few of the cell at a time. Nobody waits for that: a cell that is silent holds up neither leases nor other cells. */
  readSoon(wait: Wait): void {
    this.toRead.set(waitKey(wait), wait);
    if (this.readers < READS_AT_ONCE) void this.read();
  }

  /** Checks the cell's connection, once a second: its access, its health, and, while somebody waits, whether it is there. */
  tick(): void {
    if (!this.isMine || this.stopped) return;
    void this.renew();
    void this.ping();
    this.check.tick();
  }

  private newReport(): CellReport {
    return new CellReport(this.deps, { id: this.id, onTrouble: () => this.check.soon() });
  }

  /**
   * Opens the watches again that have a client of before: the cell's access has changed. What happened between the last event of the old
   * watch and now is read.
   */
  private async renew(): Promise<void> {
    if (this.watches.size === 0) return;
    // Where there is no client now, such as while the address leads to another cluster, what is open stays.
    const client = await this.deps.client().catch(() => undefined);
    if (client === undefined || this.stopped || !this.isMine) return;
    const old = [...this.watches].filter(([, watch]) => !watch.isOf(client));
    if (old.length === 0) return;
    this.deps.log.info({ cell: this.id }, 'the access of the cell has changed: its watches are opened again');
    this.check.soon();
    for (const [key, watch] of old) {
      this.watches.delete(key);
      this.report.watchIsClosed({ watch: key, kind: watch.kind });
      void watch.informer.stop();
    }
    for (const wait of this.waits.values()) {
      if (this.watches.has(watchKey(wait))) continue;
      void this.watch(wait);
      this.readSoon(wait);
    }
  }

  private async ping(): Promise<void> {
    if (this.waits.size === 0) return;
    const isBack = await this.report.ping(this.deps.client);
    // What happened while it was silent may never come: its connections may be dead without knowing.
    if (isBack && !this.stopped) for (const watch of this.watches.values()) void watch.informer.relist();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.report.end();
    await Promise.all([...this.watches.values()].map((watch) => watch.informer.stop()));
  }

  private lose(): void {
    this.leasedUntil = 0;
    this.report.end();
    this.report = this.newReport();
    for (const key of this.waits.keys()) this.deps.forget(key);
    this.waits.clear();
    this.toRead.clear();
    for (const watch of this.watches.values()) void watch.informer.stop();
    this.watches.clear();
  }

  private async read(): Promise<void> {
    this.readers += 1;
    for (const [key, wait] of this.toRead) {
      this.toRead.delete(key);
      if (!this.stopped && this.waits.has(key)) await this.readOnce(wait);
    }
    this.readers -= 1;
  }

  /** Reads an object that no watch has told of, and hands it on. */
  private async readOnce(wait: Wait): Promise<void> {
    try {
      const client = await this.deps.client();
      // An answer may be as old as its request: an object that was made meanwhile has not gone.
      const at = this.deps.clock.now();
      const object = await client.get(wait.object, { timeoutMs: READ_TIMEOUT_MS }).catch((error: unknown) => {
        if (error instanceof ApiError && error.reason === 'NotFound') return null;
        throw error;
      });
      this.deps.repeat(waitKey(wait));
      const quietSince = this.deps.clock.now();
      await this.take(wait, { object: object === null ? null : asJson(trimObject(object)), at, quietSince });
    } catch (error) {
      // A watch that has told of the object already, to another wait, does not tell again: it is read until there is an answer.
      this.deps.log.debug(
        { error: messageOf(error), cell: wait.cellId },
        'an object that is waited for could not be read; it is read again',
      );
      this.readAgain(waitKey(wait));
    }
  }

  /** Once, however many reads have failed meanwhile. */
  private readAgain(key: string): void {
    if (this.toReadAgain.has(key)) return;
    this.toReadAgain.add(key);
    setTimeout(() => {
      this.toReadAgain.delete(key);
      const wait = this.waits.get(key);
      if (!this.stopped && wait !== undefined) this.readSoon(wait);
    }, READ_AGAIN_MS).unref();
  }

  private async watch(wait: Wait): Promise<void> {
    const key = watchKey(wait);
    const there = this.watches.get(key);
    if (there !== undefined) {
      there.add(wait);
      return;
    }
    try {
      const client = await this.deps.client();
      // Meanwhile another wait may have opened it, or this one may be over.
      if (this.stopped || this.waits.get(waitKey(wait)) !== wait) return;
      const watch = this.watches.get(key) ?? this.openWatch(client, wait);
      watch.add(wait);
      this.watches.set(key, watch);
    } catch (error) {
      this.deps.log.warn({ error: messageOf(error), cell: wait.cellId }, 'a watch could not be opened');
    }
  }

  private openWatch(client: KubernetesClient, { object, watch }: Wait): KindWatch {
    const of = { watch: watch === 'label' ? kindKey(object) : nameKey(object), kind: kindKey(object) };
    const { report } = this;
    return new KindWatch(
      {
        client,
        now: () => this.deps.clock.now(),
        deliver: (to, observation) => this.take(to, observation),
        onState: (state, reason, error) => report.watchIs(of, state, reason, error),
      },
      { apiVersion: object.apiVersion, kind: object.kind, ...(watch === 'name' ? { named: object } : {}) },
    );
  }

  private unwatch(wait: Wait): void {
    const key = watchKey(wait);
    const watch = this.watches.get(key);
    watch?.remove(wait);
    // The shared watch of a kind stays: the next run will want it. A watch of one object has nobody else.
    if (watch === undefined || watch.size > 0 || wait.watch === 'label') return;
    this.watches.delete(key);
    this.report.watchIsClosed({ watch: key, kind: kindKey(wait.object) });
    void watch.informer.stop();
  }

  /** Hands an observation on, with the wait as it is now. */
  private async take(to: Wait, observation: Observation): Promise<void> {
    const wait = this.waits.get(waitKey(to));
    if (wait !== undefined) await this.deps.take(wait, observation);
  }
}

function watchKey({ watch, object }: Wait): string {
  return watch === 'label' ? kindKey(object) : nameKey(object);
}

function kindKey(object: ObjectReference): string {
  return `${object.apiVersion}|${object.kind}`;
}

function nameKey(object: ObjectReference): string {
  return `${kindKey(object)}|${objectKey(object)}`;
}
