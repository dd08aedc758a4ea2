/**
 * Sends what is due. A turn claims and begins; it never waits for a receiver. So one that hangs holds its own few places until the
 * deadline of its attempts, and nothing else.
 *
 * At least once: an attempt is claimed, sent, recorded. Who is killed after the send leaves a lease that runs out; the next attempt carries
 * the same delivery id.
 */
import { type Database, type Transaction, transaction } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { doubledPause } from '../process/timer.js';
import type { Sealer } from '../secrets/envelope.js';
import { openTarget, validSecrets } from './channel.js';
import { type Attempted, type ClaimedDelivery, claimDeliveries, recordAttempt, releaseDelivery } from './delivery-store.js';
import { secretsOf, withoutSecrets } from './masked-target.js';
import { guardedLookup, type Resolve } from '../outgoing/guarded-lookup.js';
import { mailOf, messageOf as requestOf } from './send/message.js';
import { type Outcome, send } from './send/request.js';
import type { Target } from './target.js';

/** Hands a mail to whoever sends mails. */
export type PostMail = (
  tx: Transaction,
  mail: { providerOrgId: string; recipient: string; subject: string; text: string },
) => Promise<void>;

export interface DeliverDeps {
  db: Database;
  sealer: Sealer;
  log: Logger;
  /** Private addresses are targets too. */
  privateTargets: boolean;
  /** @default DNS */
  resolve?: Resolve;
  /** Writes a mail in the transaction that says so. Absent: channels of mail fail. */
  post?: PostMail | undefined;
  /** Where PagerDuty stands. */
  pagerDutyUrl?: string;
  /** One attempt. @default 10000 */
  deadlineMs?: number;
  /** Longer than an attempt and what is written after it. @default 30000 */
  leaseMs?: number;
  /** After the first failure; doubled from then on. @default 15000 */
  firstPauseMs?: number;
  /** @default 10 */
  mostAttempts?: number;
}

/** Deliveries of one channel at a time, and channels at a time in one copy of the program. */
const PER_CHANNEL = 2;
const CHANNELS = 200;
const LONGEST_PAUSE_MS = 3_600_000;

export interface Deliverer {
  /** Claims what is due and begins to send it. */
  turn(): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Breaks off what is under way and gives it back. */
  stop(): Promise<void>;
}

export function createDeliverer(deps: DeliverDeps): Deliverer {
  const { db, log, leaseMs = 30_000 } = deps;
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const busy = new Map<string, number>();
  const lookup = deps.privateTargets ? undefined : guardedLookup('CELLPLANE_WEBHOOK_PRIVATE_TARGETS', deps.resolve);

  let turning: Promise<void> | undefined;
  let again = false;

  /** One claim at a time, whoever asks: of the connections of background work it takes one. */
  function turn(): Promise<void> {
    again = turning !== undefined;
    turning ??= claimWhileAsked().finally(() => {
      turning = undefined;
    });
    return turning;
  }

  async function claimWhileAsked(): Promise<void> {
    do {
      again = false;
      await claim();
    } while (again && !stopping.signal.aborted);
  }

  async function claim(): Promise<void> {
    if (stopping.signal.aborted) return;
    const claimed = await claimDeliveries(db, { perChannel: PER_CHANNEL, channels: CHANNELS - busy.size, leaseMs });
    for (const delivery of claimed) begin(delivery);
  }

  /** Lets the work go on by itself; `idle` waits for it. Never rejects. */
  function goOn(work: Promise<void>, id: string | undefined, complaint: string): Promise<void> {
    const tracked = work
      .catch((error: unknown) => log.warn({ ...(id === undefined ? {} : { delivery: id }), error: messageOf(error) }, complaint))
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  }

  function begin(delivery: ClaimedDelivery): void {
    const { channelId, id } = delivery;
    busy.set(channelId, (busy.get(channelId) ?? 0) + 1);
    // Where nothing can be kept its lease runs out, and it is tried again.
    const work = goOn(attempt(delivery), id, 'what came of a notification could not be kept');
    void work.then(() => {
      const left = (busy.get(channelId) ?? 1) - 1;
      if (left === 0) busy.delete(channelId);
      else busy.set(channelId, left);
      // The next one of this channel, without a pause.
      if (!stopping.signal.aborted) void goOn(turn(), undefined, COMPLAINT);
    });
  }

  async function attempt(delivery: ClaimedDelivery): Promise<void> {
    const { mostAttempts = MOST_ATTEMPTS } = deps;
    if (delivery.attempts > mostAttempts)
      return record(delivery, { delivered: false, final: true, error: 'the server ended during each of its attempts' });
    let target: Target;
    try {
      target = openTarget(deps.sealer, { id: delivery.channelId, sealedTarget: delivery.sealedTarget });
    } catch (error) {
      return record(delivery, { delivered: false, error: messageOf(error) });
    }
    if (target.type === 'email') return post(delivery, target.to);
    const outcome = await sendTo(target, delivery);
    if (stopping.signal.aborted && outcome.statusCode === undefined) return releaseDelivery(db, delivery);
    return record(delivery, outcome);
  }

  async function sendTo(target: Exclude<Target, { type: 'email' }>, delivery: ClaimedDelivery): Promise<Outcome> {
    const { deadlineMs = 10_000, sealer, pagerDutyUrl } = deps;
    const secrets = target.type === 'webhook' ? await validSecrets(db, sealer, delivery.channelId) : [];
    const message = requestOf(target, { deliveryId: delivery.id, notice: delivery.body, now: delivery.now, secrets }, pagerDutyUrl);
    const outcome = await send(message, { deadlineMs, signal: stopping.signal, lookup });
    const { answer, error } = outcome;
    const masked = (text: string) => withoutSecrets(text, [...secrets, ...secretsOf(target)]);
    // A receiver may say back what it was sent, and its answer is shown to readers.
    return {
      ...outcome,
      ...(answer === undefined ? {} : { answer: masked(answer) }),
      ...(error === undefined ? {} : { error: masked(error) }),
    };
  }

  /** A mail is delivered when it lies in the outbox, once: whoever sends mails has tries of its own. */
  async function post(delivery: ClaimedDelivery, recipient: string): Promise<void> {
    const mail = deps.post;
    if (mail === undefined) return record(delivery, { delivered: false, final: true, error: 'mails are not sent here' });
    await transaction(db, async (tx) => {
      if (!(await recordAttempt(tx, delivery, { ...judge(delivery, { delivered: true }, deps), answer: 'the mail is in the outbox' })))
        return;
      await mail(tx, { providerOrgId: delivery.providerOrgId, recipient, ...mailOf(delivery.body) });
    });
  }

  async function record(delivery: ClaimedDelivery, outcome: Outcome): Promise<void> {
    const attempted = judge(delivery, outcome, deps);
    if (!(await recordAttempt(db, delivery, attempted)) || attempted.status !== 'FAILED') return;
    const { id, channelId, attempts } = delivery;
    log.warn({ delivery: id, channel: channelId, attempts, error: attempted.error }, 'a notification was given up');
  }

  const idle = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    turn,
    idle,
    stop: async () => {
      stopping.abort();
      await idle();
    },
  };
}

/** The log line of a turn that fails. */
export const COMPLAINT = 'notifications that are due could not be read';
const MOST_ATTEMPTS = 10;

/** What is kept of an attempt: delivered, given up, or when it is tried again. */
function judge(
  { attempts }: ClaimedDelivery,
  outcome: Outcome,
  { mostAttempts = MOST_ATTEMPTS, firstPauseMs = 15_000 }: DeliverDeps,
): Attempted {
  const { delivered, final, statusCode = null, answer = null, error = null, retryAfterMs = 0 } = outcome;
  const said = { statusCode, answer, error };
  if (delivered) return { status: 'DELIVERED', ...said, pauseMs: 0 };
  if (final === true || attempts >= mostAttempts) return { status: 'FAILED', ...said, pauseMs: 0 };
  const pauseMs = Math.max(doubledPause({ failures: attempts, firstMs: firstPauseMs, mostMs: LONGEST_PAUSE_MS }), retryAfterMs);
  return { status: 'PENDING', ...said, pauseMs };
}
