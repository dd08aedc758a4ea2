import type { Clock } from '../../database/clock.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { CellCheckPlan } from '../model.js';

/**
 * The checks of one cell by the process that watches it: one at a time, again and again, and soon where something has happened to its
 * connection. Nobody waits for a check, so a cell that hangs holds up no other one.
 */
export class CellCheck {
  private isRunning = false;
  private isWanted = true;
  private endedAt = -Infinity;

  constructor(
    private readonly deps: { clock: Clock; log: Logger; plan: CellCheckPlan | undefined },
    private readonly cellId: string,
  ) {}

  /** The next `tick` begins a check, or the one after the check that is under way. */
  soon(): void {
    this.isWanted = true;
  }

  /** Begins a check if it is time to. */
  tick(): void {
    const { clock, log, plan } = this.deps;
    if (plan === undefined || this.isRunning) return;
    if (!this.isWanted && clock.monotonic() - this.endedAt < plan.everyMs) return;
    this.isRunning = true;
    this.isWanted = false;
    void plan
      .check(this.cellId)
      .catch((error: unknown) => log.warn({ cell: this.cellId, error: messageOf(error) }, 'a cell could not be checked'))
      .finally(() => {
        this.isRunning = false;
        this.endedAt = clock.monotonic();
      });
  }
}
