/** How long a lease lives without renewal; by the database's clock for others, by the monotonic clock for its owner. Milliseconds. */
export const LEASE_MS = 3_000;
/** Milliseconds between renewals. */
export const RENEW_MS = 1_000;
/** A run whose row somebody held at the renewal is renewed after this time. Milliseconds. */
export const RENEW_LATE_MS = 150;
/** Longest Kubernetes call that a lease may cover. Milliseconds. */
export const CALL_TIMEOUT_MS = 1_800;

/** The lease is lost or too short for what was to be done: the run belongs, or may soon belong, to another process. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * A run's lease as its owner sees it. The local end is counted from before the renewal was *sent*, so it is never later
 * than the end that the database has.
 */
export class Lease {
  private readonly controller = new AbortController();
  private until: number;
  private readonly waiting: (() => void)[] = [];

  constructor(
    readonly runId: string,
    /** The fencing counter that every write of this ownership carries. */
    readonly fence: number,
    private readonly monotonic: () => number,
    /** `monotonic()` before the claim was sent. */
    claimSentAt: number,
  ) {
    this.until = claimSentAt + LEASE_MS;
  }

  /** Aborts when the lease is lost: every call in flight hangs on it. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get lost(): boolean {
    return this.controller.signal.aborted || this.remaining() <= 0;
  }

  /** Milliseconds left by the local clock. */
  remaining(): number {
    return this.until - this.monotonic();
  }

  renewed(sentAt: number): void {
    this.until = Math.max(this.until, sentAt + LEASE_MS);
    for (const check of this.waiting.splice(0)) check();
  }

  lose(why: string): void {
    this.controller.abort(new LeaseLost(`run ${this.runId}: ${why}`));
    for (const check of this.waiting.splice(0)) check();
  }

  /** Resolves once a call of this length would end before the lease does: at once, or after the next renewal. Rejects with `LeaseLost`. */
  async cover(timeoutMs: number): Promise<void> {
    while (this.remaining() <= timeoutMs) {
      if (this.remaining() <= 0) this.lose('the lease has run out');
      this.signal.throwIfAborted();
      await new Promise<void>((done) => this.waiting.push(done));
    }
    this.signal.throwIfAborted();
  }
}
