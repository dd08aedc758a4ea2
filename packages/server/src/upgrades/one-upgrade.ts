/** The upgrade of one instance, as the room of operations carries it out. Paths know no more of it. */
import type { Database, Transaction } from '../database/database.js';
import type { InstanceRow } from '../instances/store.js';
import type { StartedOperation } from '../lifecycle/begin-operation.js';

/** Why an upgrade could not begin. */
export interface UpgradeProblem {
  code: string;
  field?: string;
  message: string;
}

export interface OneUpgrade {
  /** Begins in the caller's transaction, with the instance locked. @throws DomainError if it may not */
  begin(
    tx: Transaction,
    input: { instance: InstanceRow; target: string; parameters: unknown; by: string; data: { upgradePathId: string } },
  ): Promise<StartedOperation>;
  /** What `begin` would refuse; touches nothing. */
  check(db: Database, instance: InstanceRow, target: string, parameters: unknown): Promise<UpgradeProblem[]>;
  /** Brings a failed instance back to the version that it had, likewise. @throws DomainError if its plan does not say that it can be, or not now */
  rollBack(
    tx: Transaction,
    input: { instance: InstanceRow; operationId: string; by: string; data: { upgradePathId: string } },
  ): Promise<StartedOperation>;
}
