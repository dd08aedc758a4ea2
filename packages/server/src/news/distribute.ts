/**
 * Writes news into the outbox: some members in one transaction, which also notes how far it has come. So a killed server leaves nobody out and
 * writes nobody twice, and a subscription with many members holds up nothing.
 */
import { type Database, transaction } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import type { Letter } from '../mail/payloads.js';
import type { Outbox } from '../mail/outbox.js';
import { doubledPause } from '../process/timer.js';
import { mailsToMember } from '../subscriptions/letters.js';
import { deleteNews, type DueNews, holdDueNews, moveNews, postponeNews, selectRecipients } from './news-store.js';

export interface DistributeDeps {
  db: Database;
  outbox: Outbox;
  log: Logger;
}

/** Mails of one transaction. */
const A_BATCH = 50;
/** Transactions of one turn. */
const BATCHES_A_TURN = 100;
/** The pause after the first failure; it doubles up to the longest. Milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;

/** Writes what is due, until there is nothing, or the turn is over. */
export async function distributeNews(deps: DistributeDeps): Promise<void> {
  for (let batch = 0; batch < BATCHES_A_TURN; batch += 1) if (!(await distributeBatch(deps))) return;
}

/** One transaction. False: nothing was due. */
async function distributeBatch({ db, outbox, log }: DistributeDeps): Promise<boolean> {
  let held: DueNews | undefined;
  try {
    return await transaction(db, async (tx) => {
      held = await holdDueNews(tx);
      if (held === undefined) return false;
      const { id, subscriptionId, category, environmentType, afterUser } = held;
      const recipients = await selectRecipients(tx, { subscriptionId, category, after: afterUser }, A_BATCH);
      const letter = { type: held.letter, payload: held.payload } as unknown as Letter;
      for (const { userId, email, providerOrgId } of recipients) {
        const about = mailsToMember(subscriptionId, userId);
        await outbox.post(tx, { providerOrgId, recipient: email, userId, audience: 'customer', environmentType, letter, about });
      }
      if (recipients.length < A_BATCH) await deleteNews(tx, id);
      else await moveNews(tx, id, recipients.at(-1)?.userId ?? afterUser);
      return true;
    });
  } catch (error) {
    if (held === undefined) throw error;
    const failures = held.failures + 1;
    log.warn({ news: held.id, letter: held.letter, failures, error: messageOf(error) }, 'news could not be written; they are tried again');
    await postponeNews(db, held.id, doubledPause({ failures, firstMs: FIRST_PAUSE_MS, mostMs: LONGEST_PAUSE_MS }));
    return true;
  }
}
