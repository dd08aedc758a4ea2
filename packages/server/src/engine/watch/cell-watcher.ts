import type { ObjectReference, Observation } from '@cellplane/plan';
import type { Clock } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { Sealer } from '../../secrets/envelope.js';
import type { CellCheckPlan, Cells } from '../model.js';
import type { Wait, WaitRegistry } from '../run/wait-registry.js';
import { leaseCells, releaseCells } from './cell-leases.js';
import { waitKey } from './kind-watch.js';
import { ObservationWriter } from './observation-writer.js';
import { readWaits } from './wait-rows.js';
import { WatchedCell } from './watched-cell.js';

export interface CellWatcherDeps {
  db: Database;
  owner: string;
  sealer: Sealer;
  cells: Cells;
  clock: Clock;
  log: Logger;
  /** Gives an observation to the run's owner if it is in this process. Answers whether it was. */
  hand(runId: string, nodeId: string, observation: Observation): boolean;
  /** Checks the health of cells. @default nobody does here */
  cellCheck?: CellCheckPlan | undefined;
  /** This run has a new wake-up and no owner. */
  wake(runId: string): void;
}

/** All wait rows of our cells are compared with what is known here, this often. Milliseconds. */
const COMPARE_MS = 15_000;

/**
 * The watches of this process. For each cell one process has the lease; it opens one watch per kind (and one per foreign
 * object), hands what it observes to runs owned here, and stores it for all others, with a wake-up where it changes what is shown to people.
 *
 * - **A cell that becomes ours** (first wait, or the watcher before died): all its wait rows are read; each object is read once.
 * - **A wait of another process** is announced by NOTIFY when its write is answered; we read its row, and the object once.
 * - **Every 15 s** the rows are read again, as a safety net, and what nobody waits for any more is dropped.
 */
export class CellWatcher implements WaitRegistry {
  private readonly cells = new Map<string, WatchedCell>();
  private readonly writer: ObservationWriter;
  private comparedAt = -COMPARE_MS;
  private stopped = false;

  constructor(private readonly deps: CellWatcherDeps) {
    this.writer = new ObservationWriter(deps);
  }

  /** True if this process watches the cell, surely. */
  isMine(cellId: string): boolean {
    return this.cells.get(cellId)?.isMine ?? false;
  }

  add(wait: Wait): void {
    const cell = this.cell(wait.cellId);
    cell.add(wait);
    if (!cell.isMine && cell.isNew)
      void this.lease().catch((error: unknown) => this.deps.log.warn({ error: messageOf(error) }, 'cells could not be leased'));
  }

  remove(cellId: string, runId: string, nodeId: string): void {
    this.cells.get(cellId)?.remove({ runId, nodeId });
  }

  latest(cellId: string, object: ObjectReference): Observation | undefined {
    return this.cells.get(cellId)?.latest(object);
  }

  /** Once a second: renews leases, takes cells whose watcher died, checks the connection of each cell, compares with the rows. */
  async tick(): Promise<void> {
    await this.lease();
    for (const cell of this.cells.values()) cell.tick();
    const now = this.deps.clock.monotonic();
    if (now - this.comparedAt < COMPARE_MS) return;
    this.comparedAt = now;
    const mine = [...this.cells.values()].filter((cell) => cell.isMine);
    // Where another process watches, only runs in our hands have said what they wait for.
    for (const cell of this.cells.values()) if (!mine.includes(cell)) for (const wait of cell.waiting) this.dropUnlessOwned(cell, wait);
    await this.compare(mine);
  }

  /** Announcements may have been missed: the next tick compares with the rows. */
  compareSoon(): void {
    this.comparedAt = -COMPARE_MS;
  }

  /** Another process waits for something on a cell that may be ours. */
  async announced(payload: string): Promise<void> {
    const { cell: id, run, node } = JSON.parse(payload) as { cell: string; run: string; node: string };
    if (!this.isMine(id)) return;
    for (const wait of await readWaits(this.deps.db, this.deps.sealer, { runId: run, nodeId: node })) {
      this.add(wait);
      this.cell(wait.cellId).readSoon(wait);
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    await releaseCells(this.deps.db, this.deps.owner);
  }

  /** Ends without a word to the database, as a killed process does. For tests of what comes after. */
  async kill(): Promise<void> {
    this.stopped = true;
    this.writer.stop();
    await Promise.all([...this.cells.values()].map((cell) => cell.stop()));
  }

  private async lease(): Promise<void> {
    if (this.stopped) return;
    const sentAt = this.deps.clock.monotonic();
    const wanted = [...this.cells.values()].filter((cell) => cell.isWanted).map((cell) => cell.id);
    const mine = await leaseCells(this.deps.db, this.deps.owner, wanted);
    const gained = [...mine].map((id) => this.cell(id)).filter((cell) => cell.leased(sentAt));
    for (const cell of this.cells.values()) if (!mine.has(cell.id)) cell.notLeased(sentAt);
    for (const cell of gained) cell.open();
    await this.compare(gained);
  }

  /** Reads all wait rows of the cells: what is new here is watched and read once, what is no longer there is dropped. */
  private async compare(cells: WatchedCell[]): Promise<void> {
    if (cells.length === 0) return;
    const before = cells.flatMap((cell) => cell.waiting.map((wait) => ({ cell, wait })));
    const ids = cells.map((cell) => cell.id);
    const rows = await readWaits(this.deps.db, this.deps.sealer, { cells: ids });
    const wanted = new Set(rows.map(waitKey));
    for (const { cell, wait } of before) if (!wanted.has(waitKey(wait))) this.dropUnlessOwned(cell, wait);
    for (const wait of rows) {
      const cell = this.cell(wait.cellId);
      const isKnown = cell.has(wait);
      if (!isKnown) this.add(wait);
      if (!isKnown || cell.isUnwatched(wait.object)) cell.readSoon(wait);
    }
  }

  /** A wait of a run owned here may be younger than its row. */
  private dropUnlessOwned(cell: WatchedCell, wait: Wait): void {
    if (!this.deps.hand(wait.runId, '', NOTHING)) cell.remove(wait);
  }

  private async take(wait: Wait, observation: Observation): Promise<void> {
    if (!this.deps.hand(wait.runId, wait.nodeId, observation)) await this.writer.write(wait, observation);
  }

  private cell(id: string): WatchedCell {
    const known = this.cells.get(id);
    if (known !== undefined) return known;
    const { db, owner, clock, log } = this.deps;
    const cell = new WatchedCell(
      {
        db,
        owner,
        clock,
        log,
        client: () => this.deps.cells.client(id),
        check: this.deps.cellCheck,
        take: (wait, observation) => this.take(wait, observation),
        repeat: (key) => this.writer.repeat(key),
        forget: (key) => this.writer.forget(key),
      },
      id,
    );
    this.cells.set(id, cell);
    return cell;
  }
}

const NOTHING: Observation = { object: null, at: 0, quietSince: 0 };
