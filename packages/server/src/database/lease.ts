/**
 * A lease on a row: who holds it may work on what the row stands for, alone, until the lease runs out. The database's clock tells others
 * that it has run out; the holder goes by its own monotonic clock, which is never later.
 */

/** The lease is lost or too short for what was to be done: the row belongs, or may soon belong, to another process. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** A lease as its holder sees it. The local end is counted from before the claim or renewal was *sent*. */
export class Lease {
  private readonly controller = new AbortController();
  private until: number;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param of.what names the row in messages
   * @param of.ms how long the lease lives without a renewal
   * @param of.sentAt `monotonic()` before the claim was sent
   * @param of.monotonic milliseconds of a clock that never goes back
   */
  constructor(private readonly of: { what: string; ms: number; sentAt: number; monotonic: () => number }) {
    this.until = of.sentAt + of.ms;
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
    return this.until - this.of.monotonic();
  }

  renewed(sentAt: number): void {
    this.until = Math.max(this.until, sentAt + this.of.ms);
    for (const check of this.waiting.splice(0)) check();
  }

  lose(why: string): void {
    this.controller.abort(new LeaseLost(`${this.of.what}: ${why}`));
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

export interface Renewal {
  everyMs: number;
  /** The lease is given up while it still has so much time, so that what it covers ends before another process may begin. */
  giveUpMs: number;
  /** One renewal. Answers false if the row belongs to another process now. */
  renew: () => Promise<boolean>;
  /** A renewal that failed; the next one comes. */
  onTrouble: (error: unknown) => void;
  monotonic: () => number;
}

/** Renews a lease until it is lost or the answer is called. Renewals never overlap. */
export function keepLease(lease: Lease, { everyMs, giveUpMs, renew, onTrouble, monotonic }: Renewal): () => void {
  let underWay = false;
  const timer = setInterval(() => {
    if (lease.remaining() <= giveUpMs) lease.lose('the lease could not be renewed');
    if (lease.signal.aborted) return clearInterval(timer);
    if (underWay) return;
    underWay = true;
    const sentAt = monotonic();
    renew()
      .then((ours) => (ours ? lease.renewed(sentAt) : lease.lose('another process has taken over')), onTrouble)
      .finally(() => {
        underWay = false;
      });
  }, everyMs);
  return () => clearInterval(timer);
}
