/** One try at a piece of work, by the process that holds its lease. */
import type { Json } from '@cellplane/plan';
import { type Database, transaction } from '../database/database.js';
import { keepLease, Lease } from '../database/lease.js';
import { DomainError, messageOf } from '../errors.js';
import { groupState, killGroup, type ProcessGroup } from '../exec/process-group.js';
import type { Logger } from '../log.js';
import type { Sealer } from '../secrets/envelope.js';
import { MOST_ATTEMPTS, pauseAfter, type WorkAtHand, type WorkKind } from './kind.js';
import { type Claim, endWork, recordGroup, renewWork, type WorkEnd } from './store.js';
import { lastWords, masked } from './words.js';

export const LEASE_SECONDS = 10;
const RENEW_MS = 2_500;
/** A holder that has not renewed for 6 seconds ends its child: before another process may begin. Milliseconds that are left then. */
const GIVE_UP_MS = 4_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface TryDeps {
  db: Database;
  sealer: Sealer;
  log: Logger;
  /** Aborts when this process stops. */
  stopping: AbortSignal;
}

/** Why a try was ended from here, other than by a lost lease or a stopping process. */
class Ended extends Error {
  override readonly name = 'WorkEnded';
  constructor(readonly by: 'cancel' | 'deadline') {
    super(by === 'cancel' ? 'it was cancelled' : 'its time was up');
  }
}

/** Names what the input is sealed for. */
export function inputContext({ kind, key }: { kind: string; key: string }): string {
  return `work/${kind}/${key}`;
}

/**
 * Ends what a former owner left, does the work and writes how it ended, unless the lease was lost: then another owner does. Rejects
 * where the end could not be written; the lease runs out, and the work is claimed again.
 * @param sentAt `performance.now()` before the claim was sent
 * @param cancelled aborts when the work is cancelled in this process; a cancel elsewhere comes with a renewal
 */
export async function carryOut(deps: TryDeps, kind: WorkKind, claim: Claim, sentAt: number, cancelled: AbortSignal): Promise<void> {
  const { db, log, stopping } = deps;
  endFormer(log, claim);
  const input = JSON.parse(deps.sealer.open(claim.sealedInput, inputContext(claim)).toString('utf8')) as Json;
  const secrets = kind.secretsOf(input);
  const words = lastWords(secrets);
  const monotonic = () => performance.now();
  const lease = new Lease({ what: `${claim.kind} ${claim.key}`, ms: LEASE_SECONDS * 1000, sentAt, monotonic });
  const ending = new AbortController();
  const end = (by: Ended['by']) => ending.abort(new Ended(by));
  const letGo = keepLease(lease, {
    everyMs: RENEW_MS,
    giveUpMs: GIVE_UP_MS,
    monotonic,
    renew: async () => {
      const { ours, cancelAsked } = await renewWork(db, claim, { leaseSeconds: LEASE_SECONDS, log: words.changed ? words.text() : null });
      if (cancelAsked) end('cancel');
      return ours;
    },
    onTrouble: (error) => log.warn({ work: claim.kind, error: messageOf(error) }, 'the lease of a piece of work could not be renewed'),
  });
  const deadline =
    claim.deadlineInMs === null
      ? undefined
      : setTimeout(() => end('deadline'), Math.min(Math.max(0, claim.deadlineInMs), LONGEST_TIMER_MS));
  const onCancel = () => end('cancel');
  cancelled.addEventListener('abort', onCancel, { once: true });
  if (claim.cancelAsked || cancelled.aborted) end('cancel');
  else if (claim.deadlineInMs !== null && claim.deadlineInMs <= 0) end('deadline');
  const work: WorkAtHand<Json> = { key: claim.key, input, attempt: claim.failedAttempts + 1, resumed: claim.former !== undefined };
  const onStarted = async (group: ProcessGroup) => {
    if (!(await recordGroup(db, claim, group))) throw new Error('another process has taken over this work');
  };
  try {
    const signal = AbortSignal.any([stopping, lease.signal, ending.signal]);
    signal.throwIfAborted();
    const result = await kind.perform(work, { signal, onStarted, log: (text) => words.add(text) });
    await succeed(deps, kind, claim, work, result, words.text());
  } catch (error) {
    if (lease.signal.aborted || error instanceof NotOurs) return;
    const because = ending.signal.aborted ? (ending.signal.reason as Ended).by : stopping.aborted ? 'stop' : 'failure';
    const how = endOf(kind, work, because, { cause: masked(messageOf(error), secrets), retriable: mayRetry(error) });
    if ('message' in how) log.warn({ work: claim.kind, retriable: how.state === 'waiting' }, how.message);
    await endWork(db, claim, how, words.text());
  } finally {
    letGo();
    clearTimeout(deadline);
    cancelled.removeEventListener('abort', onCancel);
  }
}

/** Another process has the work: what this one did is written nowhere. */
class NotOurs extends Error {
  override readonly name = 'WorkNotOurs';
}

async function succeed(deps: TryDeps, kind: WorkKind, claim: Claim, work: WorkAtHand<Json>, result: unknown, words: string): Promise<void> {
  await transaction(deps.db, async (tx) => {
    await kind.succeed?.(tx, work, result);
    if (!(await endWork(tx, claim, { state: 'done' }, words))) throw new NotOurs('another process has taken over this work');
  });
  deps.log.info({ work: claim.kind, key: claim.key }, 'work done');
}

function endOf(
  kind: WorkKind,
  { input, attempt }: WorkAtHand<Json>,
  because: Ended['by'] | 'stop' | 'failure',
  failure: { cause: string; retriable: boolean },
): WorkEnd {
  switch (because) {
    case 'cancel':
      return { state: 'cancelled' };
    case 'stop':
      return { state: 'let go' };
    case 'deadline':
      return { state: 'failed', retriable: false, message: kind.failure(input, new Ended('deadline').message) };
    case 'failure': {
      const message = kind.failure(input, failure.cause);
      return failure.retriable && attempt < MOST_ATTEMPTS
        ? { state: 'waiting', message, afterSeconds: pauseAfter(attempt) }
        : { state: 'failed', message, retriable: failure.retriable };
    }
  }
}

function mayRetry(error: unknown): boolean {
  return error instanceof Error && 'retriable' in error ? error.retriable === true : !(error instanceof DomainError);
}

/** Ends the child of a process that died while it worked. On another host only the lease can tell, and it has run out. */
function endFormer(log: Logger, { kind, former }: Claim): void {
  if (former === undefined || groupState(former) !== 'alive') return;
  log.warn({ work: kind, pgid: former.pgid }, 'ending a program that its server left behind');
  killGroup(former.pgid);
}
