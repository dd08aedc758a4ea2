import { Lease as RowLease } from '../../database/lease.js';

export { LeaseLost } from '../../database/lease.js';

/** How long a lease lives without renewal; by the database's clock for others, by the monotonic clock for its owner. Milliseconds. */
export const LEASE_MS = 3_000;
/** Milliseconds between renewals. */
export const RENEW_MS = 1_000;
/** A run whose row was locked at the renewal is renewed after this time. Milliseconds. */
export const RENEW_LATE_MS = 150;
/** Longest Kubernetes call that a lease may cover. Milliseconds. */
export const CALL_TIMEOUT_MS = 1_800;

/** The lease of a worker on a run. */
export class Lease extends RowLease {
  constructor(
    readonly runId: string,
    /** The fencing counter that every write of this ownership carries. */
    readonly fence: number,
    monotonic: () => number,
    /** `monotonic()` before the claim was sent. */
    claimSentAt: number,
  ) {
    super({ what: `run ${runId}`, ms: LEASE_MS, sentAt: claimSentAt, monotonic });
  }
}
