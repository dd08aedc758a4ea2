/**
 * Long work: what outlives a stage of a run, because a program beside us does it and may take long. The work is a row; its state is
 *
 *     waiting ─▶ running ─▶ done
 *        ▲          ├─────▶ waiting    it failed and another try may help (after a pause), or its process stopped
 *        │          ├─────▶ failed     no further try helps, the tries are used up, or the deadline has passed
 *        └─ asked ──┴─────▶ cancelled
 *
 * One process at a time works on it: whoever holds the lease on the row. A lease that nobody renews was held by a process that died:
 * whoever takes over ends the process group which that one left, then begins again.
 */
import type { Json } from '@cellplane/plan';
import { doubledPause } from '../process/timer.js';
import type { Transaction } from '../database/database.js';
import type { ProcessGroup } from '../exec/process-group.js';

export const WORK_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type WorkState = (typeof WORK_STATES)[number];

/** What a kind of work gets for one try. */
export interface WorkAtHand<Input> {
  key: string;
  input: Input;
  /** The number of this try, from 1. */
  attempt: number;
  /** A program ran for this work before and did not come to its end: what it left half done is ours. */
  resumed: boolean;
}

export interface WorkTools {
  /** Aborts when the lease is lost, the work is cancelled, its deadline has passed, or this process stops: end what was started. */
  signal: AbortSignal;
  /** Records the process group of a child before that does anything that lasts. Rejects if the work is no longer ours. */
  onStarted: (group: ProcessGroup) => Promise<void>;
  /** Adds to the log. The last words are kept with the row, secrets masked. */
  log: (text: string) => void;
}

/**
 * A kind of work. Its input is JSON and stored sealed, so it may hold credentials. Work can be begun again at any time, from its
 * beginning: after a crash, nobody knows how far the former try came.
 */
export interface WorkKind<Input = Json, Result = unknown> {
  /** Stable: it is stored with the work. */
  name: string;
  /** Texts of the input that nobody may read in a message or a log. */
  secretsOf(input: Input): string[];
  /** What the work is, for messages: "chart x 1.0 of https://… could not be installed". */
  failure(input: Input, cause: string): string;
  /**
   * Does the work. An error whose `retriable` is true, and any error that is neither a `DomainError` nor says `retriable: false`, leads
   * to another try.
   */
  perform(work: WorkAtHand<Input>, tools: WorkTools): Promise<Result>;
  /** Writes what the success means, in the transaction that ends the work. Rows are locked here before the work's own row. */
  succeed?(tx: Transaction, work: WorkAtHand<Input>, result: Result): Promise<void>;
}

/** A kind as the runner has it: input and result go through the runner unread. */
export function anyKind<Input, Result>(kind: WorkKind<Input, Result>): WorkKind {
  return kind as unknown as WorkKind;
}

/** Tries at most, the first included. */
export const MOST_ATTEMPTS = 5;

/** Seconds until the next try, after so many failed ones. */
export function pauseAfter(failed: number): number {
  return doubledPause({ failures: failed, firstMs: 2_000, mostMs: 30_000 }) / 1_000;
}
