/** An outbox whose letters a test reads. */
import { type Database, sql } from '../database/database.js';
import type { Letter } from '../mail/payloads.js';
import { createOutbox, openLetter, type Outbox } from '../mail/outbox.js';
import { createSealer } from '../secrets/envelope.js';

export function testOutbox(db: Database): { outbox: Outbox; lettersTo: (recipient: string) => Promise<Letter[]> } {
  const sealing = createSealer(Buffer.alloc(32, 5));
  return {
    outbox: createOutbox(sealing),
    /** Oldest first; those that nobody gets are left out. */
    async lettersTo(recipient) {
      const { rows } = await sql<{ id: string; letter: string; sealedPayload: Buffer }>`
        select id, letter, sealed_payload as "sealedPayload" from mails where recipient = ${recipient} and status <> 'WITHHELD'
        order by created_at, id`.execute(db);
      return rows.map((row) => openLetter(sealing, row));
    },
  };
}
