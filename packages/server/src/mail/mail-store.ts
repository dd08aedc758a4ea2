/** Rows of mails. Their provider's and recipient's names are read with them. */
import { type Database, sql, type Transaction } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';

export const MAIL_STATUSES = ['WAITING', 'SENT', 'FAILED', 'TAKEN', 'WITHHELD', 'WITHDRAWN'] as const;
export type MailStatus = (typeof MAIL_STATUSES)[number];
export const MAIL_AUDIENCES = ['provider', 'customer'] as const;
export type MailAudience = (typeof MAIL_AUDIENCES)[number];

export interface MailRow {
  id: string;
  recipient: string;
  audience: MailAudience;
  letter: string;
  status: MailStatus;
  failures: number;
  message: string;
  createdAt: Date;
  endedAt: Date | null;
}

export interface NewMailRow {
  id: string;
  providerOrgId: string;
  recipient: string;
  userId: string | null;
  audience: MailAudience;
  letter: string;
  /** Of what it tells; a portal is one of an environment. */
  environmentType: string;
  sealedPayload: Buffer;
  /** Why nobody may get it; empty: it is to be sent. */
  withheld: string;
  /** Id of what can be taken back before the mail goes out; null: nothing can. */
  about: string | null;
  /** Of one kind to one address within an hour. */
  most: number | null;
}

export async function insertMail(tx: Transaction, row: NewMailRow): Promise<void> {
  await sql`
    insert into mails (id, provider_org_id, recipient, user_id, audience, letter, environment_type, sealed_payload, about, status, message, ended_at)
    select ${row.id}, ${row.providerOrgId}, ${row.recipient}, ${row.userId}, ${row.audience}, ${row.letter}, ${row.environmentType},
      ${row.sealedPayload}, ${row.about},
      case when w.why = '' then 'WAITING' else 'WITHHELD' end, w.why, case when w.why = '' then null else now() end
    from (select case when ${row.withheld} <> '' then ${row.withheld} when (
      select count(*) from mails m where m.recipient = ${row.recipient} and m.letter = ${row.letter}
        and m.created_at > now() - interval '1 hour' and m.status <> 'WITHHELD') >= ${row.most}
      then 'too many of this kind to this address within an hour' else '' end as why) w`.execute(tx);
}

/** Nobody gets the mails that are about this and wait. One that is being sent at this moment may still arrive. */
export async function withdrawMails(tx: Transaction, of: { providerOrgId: string; about: readonly string[]; why: string }): Promise<void> {
  await sql`
    update mails set status = 'WITHDRAWN', message = ${of.why}, ended_at = now()
    where about = any(${[...of.about]}) and provider_org_id = ${of.providerOrgId} and status = 'WAITING'`.execute(tx);
}

export async function deleteMailsOfUser(tx: Transaction, userId: string): Promise<void> {
  await sql`delete from mails where user_id = ${userId}`.execute(tx);
}

/** What the text of mail `m` of organization `o` takes from its provider. */
const wording = sql`
  coalesce((select nullif(t.name, '') from portal_themes t where t.org_id = o.id), o.name) as "providerName",
  (select t.links ->> 'support' from portal_themes t where t.org_id = o.id) as support,
  (select json_build_object('subject', x.subject, 'body', x.body) from mail_texts x where x.org_id = o.id and x.letter = m.letter) as own`;

/** A mail that is to be sent, with all that its text needs. */
export interface DueMail {
  id: string;
  recipient: string;
  letter: string;
  sealedPayload: Buffer;
  failures: number;
  providerName: string;
  /** Where the theme says that there is help. */
  support: string | null;
  /** The provider's own text of this kind. */
  own: { subject: string; body: string } | null;
  /** It has waited for longer than anybody waits for a mail. */
  isOld: boolean;
}

type Wording = Pick<DueMail, 'sealedPayload' | 'providerName' | 'support' | 'own'>;

/** Takes mails that are due. Nobody else takes them until the lease ends. */
export async function claimDueMails(
  db: Database,
  { limit, leaseSeconds, mostHours }: { limit: number; leaseSeconds: number; mostHours: number },
): Promise<DueMail[]> {
  const { rows } = await sql<DueMail>`
    update mails m set due_at = now() + ${leaseSeconds} * interval '1 second'
    from organizations o
    where o.id = m.provider_org_id and m.id in (
      select id from mails where status = 'WAITING' and due_at <= now() order by due_at limit ${limit} for update skip locked)
    returning m.id, m.recipient, m.letter, m.sealed_payload as "sealedPayload", m.failures, ${wording},
      m.created_at < now() - ${mostHours} * interval '1 hour' as "isOld"`.execute(db);
  return rows;
}

/** The mail is out, or given up. One that was taken meanwhile stays so; one that was withdrawn meanwhile and is out, is sent. */
export async function endMail(
  db: Database,
  id: string,
  end: { status: 'SENT' | 'FAILED'; message: string; failures: number },
): Promise<void> {
  const before: MailStatus[] = end.status === 'SENT' ? ['WAITING', 'WITHDRAWN'] : ['WAITING'];
  await sql`update mails set status = ${end.status}, message = ${end.message}, failures = ${end.failures}, ended_at = now()
    where id = ${id} and status = any(${before})`.execute(db);
}

export async function postponeMail(db: Database, id: string, why: { message: string; failures: number; pauseMs: number }): Promise<void> {
  await sql`update mails set message = ${why.message}, failures = ${why.failures}, due_at = now() + ${why.pauseMs} * interval '1 millisecond'
    where id = ${id} and status = 'WAITING'`.execute(db);
}

const MAILS: PagedList = { name: 'mails', by: 'time', usual: 50, most: 500 };
const columns = sql`m.id, m.recipient, m.audience, m.letter, m.status, m.failures, m.message, m.created_at as "createdAt", m.ended_at as "endedAt"`;

/** Mails of a provider, newest first. */
export async function selectMails(
  db: Database,
  providerOrgId: string,
  query: PageQuery & { recipient?: string | undefined },
): Promise<{ rows: MailRow[]; nextPageToken?: string }> {
  const page = readPage(MAILS, query);
  const { rows } = await sql<MailRow & { place: string }>`
    select ${columns}, m.created_at::text as place from mails m
    where m.provider_org_id = ${providerOrgId} and m.status <> 'WITHHELD'
      and ${query.recipient === undefined ? sql`true` : sql`m.recipient = lower(${query.recipient})`}
      and ${page.after === undefined ? sql`true` : sql`(m.created_at, m.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
    order by m.created_at desc, m.id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, (row) => ({ at: row.place, id: row.id }));
}

export async function selectMail(db: Database, providerOrgId: string, id: string): Promise<(MailRow & Wording) | undefined> {
  const { rows } = await sql<MailRow & Wording>`
    select ${columns}, m.sealed_payload as "sealedPayload", ${wording}
    from mails m join organizations o on o.id = m.provider_org_id
    where m.provider_org_id = ${providerOrgId} and m.id = ${id} and m.status <> 'WITHHELD'`.execute(db);
  return rows[0];
}

/** A mail as a portal reads it. */
export interface PortalMail {
  id: string;
  letter: string;
  sealedPayload: Buffer;
  createdAt: Date;
  recipient: string;
  userId: string | null;
  userName: string | null;
  orgId: string | null;
  orgName: string | null;
  orgUrl: string | null;
}

/** Mails to customers that nobody has sent yet, oldest first. */
export async function selectMailsForPortal(
  db: Database,
  providerOrgId: string,
  { letters, environmentType, limit }: { letters: readonly string[]; environmentType: string; limit: number },
): Promise<PortalMail[]> {
  const { rows } = await sql<PortalMail>`
    select m.id, m.letter, m.sealed_payload as "sealedPayload", m.created_at as "createdAt", m.recipient, m.user_id as "userId",
      u.name as "userName", o.id as "orgId", o.name as "orgName", o.url as "orgUrl"
    from mails m left join users u on u.id = m.user_id left join organizations o on o.id = u.org_id
    where m.provider_org_id = ${providerOrgId} and m.status = 'WAITING' and m.audience = 'customer'
      and m.environment_type = ${environmentType} and m.letter = any(${[...letters]})
    order by m.created_at, m.id limit ${limit}`.execute(db);
  return rows;
}

/** A portal has sent it. False if there is no such mail; doing it again changes nothing. */
export async function takeMail(db: Database, providerOrgId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    update mails set status = case when status in ('WAITING', 'WITHDRAWN') then 'TAKEN' else status end, ended_at = coalesce(ended_at, now())
    where id = ${id} and provider_org_id = ${providerOrgId} and audience = 'customer' and status <> 'WITHHELD' returning 1`.execute(db);
  return rows.length > 0;
}

/** Forgets old mails, at most so many. Answers how many. */
export async function sweepMails(db: Database, { days, limit }: { days: number; limit: number }): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from mails where id in (
      select id from mails where created_at < now() - ${days} * interval '1 day' order by created_at limit ${limit} for update skip locked)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}
