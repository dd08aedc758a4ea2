/**
 * Sends what waits in the outbox. A mail is claimed for a while, sent, and marked; a copy of the program that is killed in between leaves
 * it to another one, so that in the worst case it goes out twice, with one Message-ID.
 */
import type { Database } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { doubledPause } from '../process/timer.js';
import { writeLetter } from './letter.js';
import { claimDueMails, type DueMail, endMail, postponeMail } from './mail-store.js';
import { openLetter, type Sealing } from './outbox.js';
import type { Smtp } from './smtp.js';

export interface SendDeps {
  db: Database;
  sealing: Sealing;
  smtp: Smtp;
  log: Logger;
  portalUrl: string | undefined;
}

/** Mails of one turn. */
const AT_ONCE = 10;
/** Longer than all tries of one turn take. Seconds. */
const LEASE_SECONDS = 600;
/** The pause after the first failure; it doubles up to the longest. Milliseconds. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** A mail that could not be sent for so long is given up: its links are dead. Hours. */
const MOST_HOURS = 24;

/** Sends mails that are due until there are none, or none of a turn went out. */
export async function sendDueMails(deps: SendDeps): Promise<void> {
  for (;;) {
    const due = await claimDueMails(deps.db, { limit: AT_ONCE, leaseSeconds: LEASE_SECONDS, mostHours: MOST_HOURS });
    const sent = await Promise.all(due.map((mail) => sendOne(deps, mail)));
    if (due.length < AT_ONCE || !sent.includes(true)) return;
  }
}

async function sendOne({ db, sealing, smtp, log, portalUrl }: SendDeps, mail: DueMail): Promise<boolean> {
  const { id, recipient, providerName, support, own } = mail;
  if (mail.isOld) {
    await endMail(db, id, { status: 'FAILED', message: `could not be sent within ${MOST_HOURS} hours`, failures: mail.failures });
    return false;
  }
  const failures = mail.failures + 1;
  try {
    const { subject, text } = writeLetter(openLetter(sealing, mail), {
      recipient,
      providerName,
      portalUrl,
      support,
      own: own ?? undefined,
    });
    await smtp.send({ messageId: `<${id}@cellplane>`, to: recipient, subject, text });
  } catch (error) {
    const message = messageOf(error).slice(0, 500);
    log.warn({ mail: id, letter: mail.letter, failures, error: message }, 'a mail could not be sent');
    if (isFinal(error)) await endMail(db, id, { status: 'FAILED', message, failures });
    else
      await postponeMail(db, id, {
        message,
        failures,
        pauseMs: doubledPause({ failures, firstMs: FIRST_PAUSE_MS, mostMs: LONGEST_PAUSE_MS }),
      });
    return false;
  }
  await endMail(db, id, { status: 'SENT', message: '', failures: mail.failures });
  return true;
}

/** The server refused this mail's address or text for good (5xx). A wrong password of ours is none of the mail's. */
function isFinal(error: unknown): boolean {
  const { responseCode = 0, code } = error as { responseCode?: number; code?: string };
  return responseCode >= 500 && code !== 'EAUTH';
}
