/** Rows of mail texts that are a provider's own. */
import { type Database, sql } from '../../database/database.js';
import type { TextKind } from './kind.js';
import type { MailText } from './template.js';

export interface MailTextRow extends MailText {
  kind: string;
  modifiedAt: Date;
}

/** All that a provider has; of one kind, where one is named. */
export async function selectMailTexts(db: Database, providerOrgId: string, kind?: TextKind): Promise<MailTextRow[]> {
  const { rows } = await sql<MailTextRow>`
    select letter as kind, subject, body, modified_at as "modifiedAt" from mail_texts
    where org_id = ${providerOrgId} and (${kind ?? null}::text is null or letter = ${kind ?? null})`.execute(db);
  return rows;
}

export async function saveMailText(
  db: Database,
  by: { orgId: string; userId: string },
  { kind, subject, body }: MailText & { kind: TextKind },
): Promise<void> {
  await sql`
    insert into mail_texts (org_id, letter, subject, body, modified_by) values (${by.orgId}, ${kind}, ${subject}, ${body}, ${by.userId})
    on conflict (org_id, letter) do update set subject = excluded.subject, body = excluded.body, modified_at = now(),
      modified_by = excluded.modified_by`.execute(db);
}

export async function deleteMailText(db: Database, providerOrgId: string, kind: TextKind): Promise<void> {
  await sql`delete from mail_texts where org_id = ${providerOrgId} and letter = ${kind}`.execute(db);
}

/** What all mails of a provider have in common. */
export async function selectSender(db: Database, providerOrgId: string): Promise<{ providerName: string; support: string | null }> {
  const { rows } = await sql<{ providerName: string; support: string | null }>`
    select coalesce(nullif(t.name, ''), o.name) as "providerName", t.links ->> 'support' as support
    from organizations o left join portal_themes t on t.org_id = o.id where o.id = ${providerOrgId}`.execute(db);
  const [sender] = rows;
  if (sender === undefined) throw new Error('the organization of a session is gone');
  return sender;
}
