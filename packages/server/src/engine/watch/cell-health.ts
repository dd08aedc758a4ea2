import { ApiError, type InformerState } from '@cellplane/kubernetes';

/** A watch that the API server refuses, in its words. */
export interface Refusal {
  message: string;
  /** ISO time. */
  since: string;
}

/** What is wrong with a cell, as people are told. */
export interface Complaint {
  /** The cell does not answer; undefined while it does. */
  trouble: string | undefined;
  /** Kinds whose watch is refused, by `apiVersion|kind`. */
  refused: Record<string, Refusal>;
}

/** While somebody waits on a cell, it is asked this often whether it is there. Milliseconds. */
const PING_MS = 2_000;
/** How long an answer to that may take. Two missing ones name the cell as silent, within 10 s. Milliseconds. */
export const PING_TIMEOUT_MS = 2_000;
const SILENT_AFTER = 2;

/**
 * What is known of a cell's connection. Its watches tell when a connection is refused or lost; a cell that accepts and then says
 * nothing would be noticed by them only after their longest silence, so it is asked as well. An API server that refuses one
 * watch is there: that is said of the kind, not of the cell.
 */
export class CellHealth {
  private readonly away = new Map<string, string>();
  private readonly refused = new Map<string, Refusal>();
  private pingedAt = -Infinity;
  private unanswered = 0;
  private silent: string | undefined;
  private pinging = false;

  constructor(
    /** Epoch milliseconds. */
    private readonly now: () => number,
  ) {}

  /** A watch has changed its state. `watch` is its key, `kind` is `apiVersion|kind`. */
  report(of: { watch: string; kind: string }, state: InformerState, reason: string | undefined, error: ApiError | undefined): void {
    if (state === 'syncing') return;
    this.forget(of);
    // A change that could not be handled here says nothing about the cell; a kind that is not served has its own name.
    if (state === 'live' || error === undefined || error.reason === 'KindNotServed') return;
    if (error.status === 0) this.away.set(of.watch, reason ?? error.message);
    else this.refused.set(of.kind, { message: reason ?? error.message, since: new Date(this.now()).toISOString() });
  }

  /** A watch is closed: what it last said is of no use any more. */
  forget(of: { watch: string; kind: string }): void {
    this.away.delete(of.watch);
    this.refused.delete(of.kind);
  }

  isRefused(kind: string): boolean {
    return this.refused.has(kind);
  }

  /** True if it is time to ask; the caller asks, and says `answered` or `missed`. `now` is monotonic, milliseconds. */
  mayPing(now: number): boolean {
    if (this.pinging || (this.unanswered === 0 && now - this.pingedAt < PING_MS)) return false;
    this.pinging = true;
    this.pingedAt = now;
    return true;
  }

  /** Answers whether it was silent before. */
  answered(): boolean {
    this.pinging = false;
    this.unanswered = 0;
    const was = this.silent !== undefined;
    this.silent = undefined;
    return was;
  }

  /** No answer; a refusal is one. Answers whether the cell had been named silent and now answers. */
  missed(error: unknown): boolean {
    if (error instanceof ApiError && error.status > 0) return this.answered();
    this.pinging = false;
    this.unanswered++;
    if (this.unanswered >= SILENT_AFTER) this.silent = error instanceof Error ? error.message : String(error);
    return false;
  }

  get complaint(): Complaint {
    const [lost] = this.away.values();
    return { trouble: lost ?? this.silent, refused: Object.fromEntries(this.refused) };
  }
}
