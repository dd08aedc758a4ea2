/** Mails as rows: written in the transaction of what they tell, sent afterwards by whoever sends mails here. */
import { randomUUID } from 'node:crypto';
import type { Transaction } from '../database/database.js';
import { tidyLetter } from './letter.js';
import { NEWS_LETTERS } from './news-letter.js';
import type { Letter, LetterType } from './payloads.js';
import { deleteMailsOfUser, insertMail, type MailAudience, withdrawMails } from './mail-store.js';

/** Encrypts what is kept, see `Sealer` of the secrets room. */
export interface Sealing {
  seal(plain: string, aad: string): Buffer;
  open(sealed: Buffer, aad: string): Buffer;
}

export interface NewMail {
  providerOrgId: string;
  recipient: string;
  /** Whom it is for, if they have an account. */
  userId?: string;
  audience: MailAudience;
  letter: Letter;
  /** Of what it tells. @default PROD, as accounts are of all environments */
  environmentType?: string;
  /** Nobody may get it: it is written so that the request costs the same. Why. */
  withheld?: string;
  /** Id of what may be taken back before the mail goes out, see `withdraw`. */
  about?: string;
}

export interface Outbox {
  /** Writes a mail in the transaction of what it tells. Answers its id. */
  post(tx: Transaction, mail: NewMail): Promise<string>;
  /** What these mails are about was taken back: those that wait go to nobody. In the transaction that takes it back. */
  withdraw(tx: Transaction, of: { providerOrgId: string; about: readonly string[]; why: string }): Promise<void>;
  /** Forgets all mails of somebody whose account goes. */
  forget(tx: Transaction, userId: string): Promise<void>;
}

/**
 * Mails of one kind to one address within an hour: more are withheld, so that nobody fills a mailbox with ours. The first ones are of kinds
 * that a request without an account can cause, or that go to an address that somebody else has named; the last ones, of those that a
 * customer alone can cause again and again, or that many instances cause at once.
 */
const MOST_OF_A_KIND: Partial<Record<LetterType, number>> = {
  CustomerSignUp: 5,
  ResetPassword: 5,
  AccountExists: 5,
  InvitationNeeded: 5,
  InviteUser: 5,
  InvitePerson: 5,
  SubscriptionRequested: 50,
  TerminateSubscription: 50,
  TestMail: 50,
  ...Object.fromEntries(NEWS_LETTERS.map((type) => [type, 50])),
};

/** The outbox, on whatever transaction it is given. */
export function createOutbox(sealing: Sealing): Outbox {
  return {
    async post(tx, { providerOrgId, recipient, userId, audience, letter, environmentType = 'PROD', withheld, about }) {
      const id = `mail-${randomUUID()}`;
      await insertMail(tx, {
        id,
        providerOrgId,
        recipient: recipient.trim().toLowerCase(),
        userId: userId ?? null,
        audience,
        letter: letter.type,
        environmentType,
        sealedPayload: sealing.seal(JSON.stringify(tidyLetter(letter).payload), aad(id)),
        withheld: withheld ?? '',
        about: about ?? null,
        most: MOST_OF_A_KIND[letter.type] ?? null,
      });
      return id;
    },
    withdraw: (tx, of) => withdrawMails(tx, of),
    forget: (tx, userId) => deleteMailsOfUser(tx, userId),
  };
}

/** What a mail says. @throws SealError if the row was changed, or sealed with another master key */
export function openLetter(sealing: Sealing, row: { id: string; letter: string; sealedPayload: Buffer }): Letter {
  return { type: row.letter, payload: JSON.parse(sealing.open(row.sealedPayload, aad(row.id)).toString('utf8')) } as Letter;
}

function aad(id: string): string {
  return `mail ${id}`;
}
