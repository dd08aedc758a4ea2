/** Says what is wrong with a cell's connection where people read it: on the cell's row of `cell_watchers`, and in the log. */
import type { ApiError, InformerState, KubernetesClient } from '@cellplane/kubernetes';
import type { Clock } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { CellHealth, PING_TIMEOUT_MS } from './cell-health.js';
import { noteComplaint } from './cell-leases.js';

export interface CellReportDeps {
  db: Database;
  owner: string;
  clock: Clock;
  log: Logger;
}

interface ReportedCell {
  id: string;
  /** The cell has gone, or has come back. */
  onTrouble(): void;
}

/** No complaint, as it is remembered. */
const WELL = JSON.stringify({ refused: {} });

/** One time of watching a cell: a lease that is lost ends it. */
export class CellReport {
  private readonly health: CellHealth;
  /** The complaint that was told last, as text. */
  private told = WELL;
  /** Until what was told is stored. */
  private stored: Promise<void> = Promise.resolve();
  private over = false;

  constructor(
    private readonly deps: CellReportDeps,
    private readonly cell: ReportedCell,
  ) {
    this.health = new CellHealth(() => deps.clock.now());
  }

  /** A watch has changed its state. `watch` is its key, `kind` is `apiVersion|kind`. */
  watchIs(of: { watch: string; kind: string }, state: InformerState, reason: string | undefined, error: ApiError | undefined): void {
    if (state !== 'syncing') this.tell(() => this.health.report(of, state, reason, error));
  }

  watchIsClosed(of: { watch: string; kind: string }): void {
    this.tell(() => this.health.forget(of));
  }

  isRefused(kind: string): boolean {
    return this.health.isRefused(kind);
  }

  /**
   * Asks the cell for a sign of life, if it is time to: one that accepts connections and says nothing is not noticed by its watches for long.
   * Answers true if it was silent and answers again.
   */
  async ping(client: () => Promise<KubernetesClient>): Promise<boolean> {
    const { health } = this;
    if (!health.mayPing(this.deps.clock.monotonic())) return false;
    const isBack = await client()
      .then((to) => to.raw('/version', { timeoutMs: PING_TIMEOUT_MS }))
      .then(
        () => health.answered(),
        (error: unknown) => health.missed(error),
      );
    if (this.over) return false;
    this.tell(() => {});
    return isBack;
  }

  /** Another process may tell of the cell now. */
  end(): void {
    this.over = true;
  }

  /** Takes a change of the cell's health, and tells it if it is one. */
  private tell(change: () => void): void {
    if (this.over) return;
    const { health, deps } = this;
    const { id: cellId } = this.cell;
    const { trouble: before } = health.complaint;
    change();
    const complaint = health.complaint;
    const text = JSON.stringify(complaint);
    if (text === this.told) return;
    this.told = text;
    // One after the other: the row must end with what was told last.
    this.stored = this.stored
      .then(() => noteComplaint(deps.db, deps.owner, cellId, complaint))
      .catch((failure: unknown) => deps.log.warn({ error: messageOf(failure) }, 'the state of a cell could not be stored'));
    for (const [kind, { message }] of Object.entries(complaint.refused))
      deps.log.warn({ cell: cellId, kind, reason: message }, 'the watch of a kind is refused');
    if (complaint.trouble === before) return;
    this.cell.onTrouble();
    if (complaint.trouble === undefined) deps.log.info({ cell: cellId }, 'the cell answers');
    else deps.log.warn({ cell: cellId, reason: complaint.trouble }, 'the cell does not answer');
  }
}
