/** Handlers of the outbox: what people read, and what a portal sends. */
import type { Handlers } from '@cellplane/api';
import type { Database } from '../database/database.js';
import { notFound } from '../errors.js';
import { PORTAL_LETTERS, withoutToken, writeLetter } from './letter.js';
import { type MailRow, selectMail, selectMails, selectMailsForPortal, takeMail } from './mail-store.js';
import { openLetter, type Sealing } from './outbox.js';
import { givenEnvironmentType } from '../request-text/environment-type.js';

export type MailHandlers = Pick<Handlers, 'listMails' | 'describeMail' | 'listMailEvents' | 'acknowledgeMailEvent'>;

export interface MailHandlerDeps {
  db: Database;
  sealing: Sealing;
  /** The server sends mails itself. */
  sends: boolean;
  portalUrl: string | undefined;
}

/** Events of one answer; a portal asks again every half minute. */
const EVENTS_AT_ONCE = 100;

/** Binds the operations on mails. */
export function mailHandlers({ db, sealing, sends, portalUrl }: MailHandlerDeps): MailHandlers {
  return {
    async listMails({ query, caller }) {
      const { rows, ...next } = await selectMails(db, caller.orgId, query);
      return { mails: rows.map(wire), ...next };
    },
    async describeMail({ params, caller }) {
      const row = await selectMail(db, caller.orgId, params.id);
      if (row === undefined) throw notFound('mail', params.id);
      const letter = openLetter(sealing, row);
      // Mails to the provider's own people may hold what makes one a root: that is for roots. Where mails are sent, nobody reads tokens here.
      const isReadable = !sends && row.status === 'WAITING' && (row.audience === 'customer' || caller.roleType === 'root');
      const shown = isReadable ? letter : withoutToken(letter);
      const { recipient, providerName, support, own } = row;
      return { ...wire(row), ...writeLetter(shown, { recipient, providerName, portalUrl, support, own: own ?? undefined }) };
    },
    async listMailEvents({ query, caller }) {
      // Each mail has one sender.
      if (sends) return { events: [] };
      const environmentType = givenEnvironmentType(query.environmentType) ?? 'PROD';
      const rows = await selectMailsForPortal(db, caller.orgId, { letters: PORTAL_LETTERS, environmentType, limit: EVENTS_AT_ONCE });
      return {
        events: rows.map((row) => ({
          eventID: row.id,
          eventType: row.letter,
          eventPayload: openLetter(sealing, row).payload as Record<string, unknown>,
          time: row.createdAt.toISOString(),
          priority: 'HIGH',
          userEmail: row.recipient,
          userID: row.userId ?? '',
          userName: row.userName ?? '',
          orgID: row.orgId ?? '',
          orgName: row.orgName ?? '',
          orgURL: row.orgUrl ?? '',
        })),
      };
    },
    async acknowledgeMailEvent({ params, caller }) {
      if (!(await takeMail(db, caller.orgId, params.id))) throw notFound('event', params.id);
    },
  };
}

function wire(row: MailRow) {
  return {
    id: row.id,
    recipient: row.recipient,
    type: row.letter,
    status: row.status,
    failures: row.failures,
    message: row.message,
    createdAt: row.createdAt.toISOString(),
    ...(row.endedAt === null ? {} : { endedAt: row.endedAt.toISOString() }),
  };
}
