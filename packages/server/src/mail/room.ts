import type { Database } from '../database/database.js';
import type { Logger } from '../log.js';
import type { Room } from '../room.js';
import { mailHandlers } from './handlers.js';
import { sweepMails } from './mail-store.js';
import { createOutbox, type Outbox, type Sealing } from './outbox.js';
import { sendDueMails } from './send.js';
import { openSmtp } from './smtp.js';
import { mailTextHandlers } from './text/handlers.js';

export interface MailSettings {
  /** Absent: nothing is sent; mails are read in the outbox, or a portal sends them. */
  smtpUrl?: string;
  from: string;
  /** Where mails lead to; absent: they tell commands. */
  portalUrl?: string;
}

/** Of the program's settings, those of mails. */
export function mailSettings({
  smtpUrl,
  mailFrom: from,
  portalUrl,
}: {
  smtpUrl?: string;
  mailFrom: string;
  portalUrl?: string;
}): MailSettings {
  return { from, ...(smtpUrl === undefined ? {} : { smtpUrl }), ...(portalUrl === undefined ? {} : { portalUrl }) };
}

export interface MailRoomDeps {
  db: Database;
  /** For the loops. */
  background: Database;
  sealing: Sealing;
  log: Logger;
  settings: MailSettings;
}

/** Milliseconds. */
const SEND_MS = 1_000;
const SWEEP_MS = 600_000;
const KEPT_DAYS = 30;
const SWEPT_AT_ONCE = 1_000;

/** Gives the outbox, its operations, and whoever sends what lies in it. */
export function mailRoom({ db, background, sealing, log, settings }: MailRoomDeps): Room & { outbox: Outbox } {
  const { smtpUrl, from, portalUrl } = settings;
  const smtp = smtpUrl === undefined ? undefined : openSmtp({ url: smtpUrl, from });
  const sweep = {
    name: 'old-mails',
    everyMs: SWEEP_MS,
    complaint: 'old mails could not be removed',
    work: async () => {
      while ((await sweepMails(background, { days: KEPT_DAYS, limit: SWEPT_AT_ONCE })) === SWEPT_AT_ONCE);
    },
    byWorkers: true as const,
  };
  const outbox = createOutbox(sealing);
  const sends = smtp !== undefined;
  return {
    name: 'mail',
    outbox,
    handlers: { ...mailHandlers({ db, sealing, sends, portalUrl }), ...mailTextHandlers({ db, outbox, sends, portalUrl }) },
    loops:
      smtp === undefined
        ? [sweep]
        : [
            sweep,
            {
              name: 'mails',
              everyMs: SEND_MS,
              complaint: 'mails could not be sent',
              work: () => sendDueMails({ db: background, sealing, smtp, log, portalUrl }),
              byWorkers: true as const,
            },
          ],
    stop: async () => smtp?.close(),
  };
}
