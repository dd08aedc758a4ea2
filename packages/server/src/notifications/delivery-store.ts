/** Rows of deliveries: what is due, who sends it, what came of it. */
import { type Database, sql, type Transaction, transaction } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import type { WireNotice } from './notice.js';

export const DELIVERY_STATUSES = ['PENDING', 'DELIVERED', 'FAILED'] as const;

export interface DeliveryRow {
  id: string;
  status: (typeof DELIVERY_STATUSES)[number];
  body: WireNotice;
  attempts: number;
  dueAt: Date;
  statusCode: number | null;
  answer: string | null;
  error: string | null;
  replayOf: string | null;
  createdAt: Date;
}

interface NewDelivery {
  id: string;
  channelId: string;
  noticeId: string | null;
  replayOf: string | null;
  body: WireNotice;
}

/** Writes deliveries that are due at once; a channel gets a notice once. */
export async function insertDeliveries(tx: Transaction, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await sql`
    insert into notification_deliveries (id, channel_id, notice_id, replay_of, body)
    select d->>'id', d->>'channelId', d->>'noticeId', d->>'replayOf', d->'body' from jsonb_array_elements(${JSON.stringify(deliveries)}::jsonb) d
    on conflict do nothing`.execute(tx);
}

export interface ClaimedDelivery {
  id: string;
  channelId: string;
  providerOrgId: string;
  sealedTarget: Buffer;
  body: WireNotice;
  /** With this one. */
  attempts: number;
  fence: number;
  /** The database's time. */
  now: Date;
}

export interface ClaimLimits {
  /** Deliveries of one channel that are sent at a time, by all copies of the program together. */
  perChannel: number;
  /** Channels that are looked at. */
  channels: number;
  leaseMs: number;
}

/**
 * Claims deliveries that are due: each has a lease and one more attempt from now on. Channels with something due come in no order, so that
 * none is always first.
 */
export async function claimDeliveries(db: Database, { perChannel, channels, leaseMs }: ClaimLimits): Promise<ClaimedDelivery[]> {
  if (channels < 1) return [];
  return transaction(db, async (tx) => {
    // Held until the claims are written: no two copies count the same free places.
    const held = await sql<{ id: string }>`
      select c.id from notification_channels c
      where exists (select 1 from notification_deliveries d
        where d.channel_id = c.id and d.status = 'PENDING' and d.due_at <= now() and (d.lease_until is null or d.lease_until < now()))
      order by random() limit ${channels} for no key update skip locked`.execute(tx);
    const ids = held.rows.map(({ id }) => id);
    if (ids.length === 0) return [];
    // A statement of its own: it sees what was committed before the channels were ours.
    const { rows } = await sql<ClaimedDelivery>`
      update notification_deliveries d
      set lease_until = now() + ${leaseMs} * interval '1 millisecond', fence = d.fence + 1, attempts = d.attempts + 1
      from unnest(${ids}::text[]) as wanted (id) join notification_channels c on c.id = wanted.id
        cross join lateral (select o.id from notification_deliveries o
          where o.channel_id = wanted.id and o.status = 'PENDING' and o.due_at <= now() and (o.lease_until is null or o.lease_until < now())
          order by o.due_at, o.id
          limit greatest(0, ${perChannel} - (select count(*) from notification_deliveries l
            where l.channel_id = wanted.id and l.status = 'PENDING' and l.lease_until >= now()))) as picked
      where d.id = picked.id
      returning d.id, d.channel_id as "channelId", c.provider_org_id as "providerOrgId", c.sealed_target as "sealedTarget", d.body, d.attempts,
        d.fence, now() as now`.execute(tx);
    return rows;
  });
}

/** What an attempt came to, as it is kept. */
export interface Attempted {
  status: DeliveryRow['status'];
  statusCode: number | null;
  answer: string | null;
  error: string | null;
  /** Where it is to be tried again. Milliseconds. */
  pauseMs: number;
}

/** Keeps what came of the attempt with this fence; false if the lease had run out and somebody else has claimed it. */
export async function recordAttempt(db: Database, { id, fence }: { id: string; fence: number }, attempted: Attempted): Promise<boolean> {
  const { rows } = await sql`
    update notification_deliveries set status = ${attempted.status}, status_code = ${attempted.statusCode}, answer = ${attempted.answer},
      error = ${attempted.error}, lease_until = null, due_at = now() + ${attempted.pauseMs} * interval '1 millisecond',
      ended_at = case when ${attempted.status} = 'PENDING' then null else now() end
    where id = ${id} and fence = ${fence} and status = 'PENDING' returning 1`.execute(db);
  return rows.length > 0;
}

/** Gives an attempt back that was broken off by a stop of the server. */
export async function releaseDelivery(db: Database, { id, fence }: { id: string; fence: number }): Promise<void> {
  await sql`
    update notification_deliveries set lease_until = null, attempts = attempts - 1
    where id = ${id} and fence = ${fence} and status = 'PENDING'`.execute(db);
}

const HISTORY: PagedList = { name: 'channel-events', by: 'time', usual: 500, most: 1_000 };

const columns = sql`d.id, d.status, d.body, d.attempts, d.due_at as "dueAt", d.status_code as "statusCode", d.answer, d.error,
  d.replay_of as "replayOf", d.created_at as "createdAt"`;

/** A page of what a channel has carried, newest first. @throws DomainError bad_request for a token of another list */
export async function selectHistory(
  db: Database,
  channelId: string,
  { from, to }: { from?: Date | undefined; to?: Date | undefined },
  query: PageQuery,
): Promise<{ rows: DeliveryRow[]; nextPageToken?: string }> {
  const page = readPage(HISTORY, query);
  const { rows } = await sql<DeliveryRow & { place: string }>`
    select ${columns}, d.created_at::text as place from notification_deliveries d
    where d.channel_id = ${channelId}
      and ${from === undefined ? sql`true` : sql`d.created_at >= ${from}`} and ${to === undefined ? sql`true` : sql`d.created_at <= ${to}`}
      and ${page.after === undefined ? sql`true` : sql`(d.created_at, d.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
    order by d.created_at desc, d.id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, (row) => ({ at: row.place, id: row.id }));
}

/** A delivery of one of the organization's channels, locked until the transaction ends. */
export async function lockDelivery(
  tx: Transaction,
  orgId: string,
  id: string,
): Promise<{ channelId: string; noticeId: string | null; status: DeliveryRow['status']; body: WireNotice } | undefined> {
  const { rows } = await sql<{ channelId: string; noticeId: string | null; status: DeliveryRow['status']; body: WireNotice }>`
    select d.channel_id as "channelId", d.notice_id as "noticeId", d.status, d.body
    from notification_deliveries d join notification_channels c on c.id = d.channel_id
    where d.id = ${id} and c.provider_org_id = ${orgId} for update of d`.execute(tx);
  return rows[0];
}

/** Removes deliveries that ended more than so many days ago; at most `limit`. Answers how many. */
export async function pruneDeliveries(db: Database, { days, limit }: { days: number; limit: number }): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from notification_deliveries where id in (
      select id from notification_deliveries where ended_at < now() - make_interval(days => ${days}) order by ended_at limit ${limit})`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** Gives up deliveries that have waited for so many hours, at most `limit`: a receiver that is away for long is not sent old news. Answers how many. */
export async function expireDeliveries(db: Database, { hours, limit }: { hours: number; limit: number }): Promise<number> {
  const { numAffectedRows } = await sql`
    update notification_deliveries set status = 'FAILED', ended_at = now(), error = coalesce(error || '; ', '') || ${`not delivered within ${hours} hours`}
    where id in (
      select id from notification_deliveries
      where status = 'PENDING' and created_at < now() - make_interval(hours => ${hours}) and (lease_until is null or lease_until < now())
      order by created_at limit ${limit} for update skip locked)`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** How many deliveries wait, and how many have failed and are kept. */
export async function countDeliveries(db: Database): Promise<Record<string, number>> {
  const { rows } = await sql<{ status: string; count: number }>`
    select status, count(*) as count from notification_deliveries where status in ('PENDING', 'FAILED') group by 1`.execute(db);
  return { PENDING: 0, FAILED: 0, ...Object.fromEntries(rows.map(({ status, count }) => [status, count])) };
}
