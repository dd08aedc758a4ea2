/** Rows of notification channels. */
import type { ChannelSubscription } from '@cellplane/api';
import { type Database, sql, type Transaction } from '../database/database.js';
import type { ChannelType } from './target.js';

export interface ChannelRow {
  id: string;
  name: string;
  channelType: ChannelType;
  subscription: ChannelSubscription;
  sealedTarget: Buffer;
  createdAt: Date;
  modifiedAt: Date;
}

const columns = sql`id, name, channel_type as "channelType", subscription, sealed_target as "sealedTarget", created_at as "createdAt",
  modified_at as "modifiedAt"`;

/** Keeps out other changes of the channels of an organization until the transaction ends, so that their number stays what it is. */
export async function lockChannelsOf(tx: Transaction, orgId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended('notification-channels ' || ${orgId}, 0))`.execute(tx);
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from notification_channels where provider_org_id = ${orgId}`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** False if the organization has a channel of that name. */
export async function insertChannel(tx: Transaction, orgId: string, row: Omit<ChannelRow, 'createdAt' | 'modifiedAt'>): Promise<boolean> {
  const { rows } = await sql`
    insert into notification_channels (id, provider_org_id, name, channel_type, subscription, sealed_target)
    values (${row.id}, ${orgId}, ${row.name}, ${row.channelType}, ${JSON.stringify(row.subscription)}::jsonb, ${row.sealedTarget})
    on conflict do nothing returning 1`.execute(tx);
  return rows.length > 0;
}

/** By name. */
export async function selectChannels(db: Database, orgId: string): Promise<ChannelRow[]> {
  const { rows } = await sql<ChannelRow>`
    select ${columns} from notification_channels where provider_org_id = ${orgId} order by lower(name)`.execute(db);
  return rows;
}

export async function selectChannel(db: Database, orgId: string, id: string): Promise<ChannelRow | undefined> {
  const { rows } = await sql<ChannelRow>`
    select ${columns} from notification_channels where provider_org_id = ${orgId} and id = ${id}`.execute(db);
  return rows[0];
}

/** The channel, locked until the transaction ends. */
export async function lockChannel(tx: Transaction, orgId: string, id: string): Promise<ChannelRow | undefined> {
  const { rows } = await sql<ChannelRow>`
    select ${columns} from notification_channels where provider_org_id = ${orgId} and id = ${id} for update`.execute(tx);
  return rows[0];
}

/** Whether another channel of the organization has the name. */
export async function isNameTaken(tx: Transaction, orgId: string, { id, name }: { id: string; name: string }): Promise<boolean> {
  const { rows } = await sql`
    select 1 from notification_channels where provider_org_id = ${orgId} and lower(name) = lower(${name}) and id <> ${id}`.execute(tx);
  return rows.length > 0;
}

export async function updateChannel(
  tx: Transaction,
  row: Pick<ChannelRow, 'id' | 'name' | 'subscription' | 'sealedTarget'>,
): Promise<void> {
  await sql`
    update notification_channels set name = ${row.name}, subscription = ${JSON.stringify(row.subscription)}::jsonb,
      sealed_target = ${row.sealedTarget}, modified_at = now()
    where id = ${row.id}`.execute(tx);
}

/** False if there is none. */
export async function removeChannel(db: Database, orgId: string, id: string): Promise<boolean> {
  const { rows } = await sql`delete from notification_channels where provider_org_id = ${orgId} and id = ${id} returning 1`.execute(db);
  return rows.length > 0;
}

/** The signing secrets of a channel, sealed; the former one only while it is valid. */
export async function selectSigningSecrets(
  db: Database,
  id: string,
): Promise<{ sealed: Buffer | null; former: Buffer | null; formerValidUntil: Date | null } | undefined> {
  const { rows } = await sql<{ sealed: Buffer | null; former: Buffer | null; formerValidUntil: Date | null }>`
    select sealed_signing_secret as sealed, case when former_valid_until > now() then sealed_former_secret end as former,
      case when former_valid_until > now() then former_valid_until end as "formerValidUntil"
    from notification_channels where id = ${id}`.execute(db);
  return rows[0];
}

/** Signs with this secret from now on, and with the present one too for so many hours. Answers until when. */
export async function renewSigningSecret(tx: Transaction, id: string, sealed: Buffer, hours: number): Promise<Date | null> {
  const { rows } = await sql<{ until: Date | null }>`
    update notification_channels set sealed_signing_secret = ${sealed}, sealed_former_secret = sealed_signing_secret, modified_at = now(),
      former_valid_until = case when sealed_signing_secret is not null then now() + make_interval(hours => ${hours}) end
    where id = ${id} returning former_valid_until as until`.execute(tx);
  return rows[0]?.until ?? null;
}

/** A channel that may take a notice. */
export interface OpenChannel {
  id: string;
  subscription: ChannelSubscription;
}

/** Channels of an organization that were there when something happened. */
export async function selectOpenChannels(tx: Transaction, orgId: string, at: Date): Promise<OpenChannel[]> {
  const { rows } = await sql<OpenChannel>`/* prepared */
    select id, subscription from notification_channels where provider_org_id = ${orgId} and created_at <= ${at} order by id`.execute(tx);
  return rows;
}
