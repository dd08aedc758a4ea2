/** SQL of the chain: what is to be sealed, the sealed, its end, and its checkpoints. */
import { type Database, sql, type Transaction } from '../database/database.js';
import type { EventRow } from './chain.js';

const moment = (column: ReturnType<typeof sql>) => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Of `audit_events a`. */
export const eventColumns = sql`a.id, a.provider_org_id as "providerOrgId", ${moment(sql`a.at`)} as at, a.operation, a.source,
  a.user_id as "userId", a.user_name as "userName", a.org_id as "orgId", a.org_name as "orgName", a.role, a.auth_method as "authMethod",
  a.session_id as "sessionId", a.api_key_id as "apiKeyId", a.by_provider as "byProvider", a.address, a.user_agent as "userAgent",
  a.correlation_id as "correlationId", a.service_id as "serviceId", a.environment_id as "environmentId", a.plan_id as "planId",
  a.instance_id as "instanceId", a.subscription_id as "subscriptionId", a.tenant_org_id as "tenantOrgId", a.targets, a.fields, a.outcome,
  a.http_status as "httpStatus", a.code, ${moment(sql`a.ended_at`)} as "endedAt", a.operation_id as "operationId"`;

/** An event that has its place. */
export interface SealedRow extends EventRow {
  position: number;
  previousHash: Buffer;
  hash: Buffer;
}

export interface Head {
  position: number;
  hash: Buffer;
  seal: Buffer;
}

/** True of `audit_events a` that has no place yet and will not change any more: it has ended, or is given up for lost. */
const isFinal = (lostAfterS: number) =>
  sql`a.position is null and (a.outcome is not null or a.at < now() - make_interval(secs => ${lostAfterS}))`;

/** Providers that have events to seal. */
export async function selectUnsealed(db: Database, lostAfterS: number): Promise<string[]> {
  const { rows } = await sql<{ providerOrgId: string }>`
    select distinct a.provider_org_id as "providerOrgId" from audit_events a where ${isFinal(lostAfterS)}`.execute(db);
  return rows.map(({ providerOrgId }) => providerOrgId);
}

/** The end of a provider's trail, held until the transaction ends; undefined if another process has it. Made if it is not there. */
export async function holdHead(tx: Transaction, providerOrgId: string, first: { hash: Buffer; seal: Buffer }): Promise<Head | undefined> {
  await sql`insert into audit_chains (provider_org_id, hash, seal) values (${providerOrgId}, ${first.hash}, ${first.seal})
    on conflict do nothing`.execute(tx);
  const { rows } = await sql<Head>`
    select position, hash, seal from audit_chains where provider_org_id = ${providerOrgId} for update skip locked`.execute(tx);
  return rows[0];
}

/** The next events to seal. They are held: whoever wants to write the end of one that is given up for lost comes too late. */
export async function holdUnsealed(
  tx: Transaction,
  { providerOrgId, lostAfterS, limit }: { providerOrgId: string; lostAfterS: number; limit: number },
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from audit_events a where a.provider_org_id = ${providerOrgId} and ${isFinal(lostAfterS)}
    order by coalesce(a.ended_at, a.at), a.id limit ${limit} for update of a`.execute(tx);
  return rows;
}

/** Gives events their places, and moves the end. */
export async function sealEvents(
  tx: Transaction,
  providerOrgId: string,
  sealed: { id: string; outcome: string; position: number; previousHash: string; hash: string }[],
  head: Head,
): Promise<void> {
  await sql`
    update audit_events a set outcome = s.outcome, position = s.position, previous_hash = decode(s."previousHash", 'hex'), hash = decode(s.hash, 'hex')
    from jsonb_to_recordset(${JSON.stringify(sealed)}::jsonb) as s (id text, outcome text, position bigint, "previousHash" text, hash text)
    where a.id = s.id`.execute(tx);
  await sql`update audit_chains set position = ${head.position}, hash = ${head.hash}, seal = ${head.seal}
    where provider_org_id = ${providerOrgId}`.execute(tx);
}

export async function selectHead(db: Database, providerOrgId: string): Promise<Head | undefined> {
  const { rows } = await sql<Head>`select position, hash, seal from audit_chains where provider_org_id = ${providerOrgId}`.execute(db);
  return rows[0];
}

/** Sealed events in order, after a position and up to another. */
export async function selectSealed(
  db: Database,
  { providerOrgId, after, upTo, limit }: { providerOrgId: string; after: number; upTo: number; limit: number },
): Promise<SealedRow[]> {
  const { rows } = await sql<SealedRow>`
    select ${eventColumns}, a.position, a.previous_hash as "previousHash", a.hash from audit_events a
    where a.provider_org_id = ${providerOrgId} and a.position > ${after} and a.position <= ${upTo}
    order by a.position limit ${limit}`.execute(db);
  return rows;
}

/** The first event that stands behind the end of the trail; and how many have no place yet. */
export async function selectBeyond(
  db: Database,
  providerOrgId: string,
): Promise<{ id: string | null; position: number | null; unsealed: number }> {
  const { rows } = await sql<{ id: string | null; position: number | null; unsealed: number }>`
    select b.id, b.position, (select count(*) from audit_events where provider_org_id = ${providerOrgId} and position is null) as unsealed
    from (select 1) as one left join lateral (
      select a.id, a.position from audit_events a
      where a.provider_org_id = ${providerOrgId}
        and a.position > coalesce((select c.position from audit_chains c where c.provider_org_id = ${providerOrgId}), 0)
      order by a.position limit 1) as b on true`.execute(db);
  return rows[0] ?? { id: null, position: null, unsealed: 0 };
}

export interface Checkpoint {
  position: number;
  hash: Buffer;
  events: number;
  prunedAt: Date;
  seal: Buffer;
}

/** Up to where a trail was pruned. */
export async function selectCheckpoint(db: Database, providerOrgId: string): Promise<Checkpoint | undefined> {
  const { rows } = await sql<Checkpoint>`
    select position, hash, events, pruned_at as "prunedAt", seal from audit_checkpoints where provider_org_id = ${providerOrgId}
    order by position desc limit 1`.execute(db);
  return rows[0];
}

/**
 * The last event that may go, for each provider that has one: no younger one stands before it, and at most so many go at once. The head's
 * row is held, so that one process prunes at a time, and none while it seals.
 */
export async function holdPrunable(
  tx: Transaction,
  { days, limit }: { days: number; limit: number },
): Promise<{ providerOrgId: string; position: number; hash: Buffer }[]> {
  const { rows } = await sql<{ providerOrgId: string; position: number; hash: Buffer }>`
    select c.provider_org_id as "providerOrgId", last.position, last.hash
    from audit_chains c cross join lateral (
      select a.position, a.hash, a.young from (
        select e.position, e.hash, max(e.at) over (order by e.position) >= now() - make_interval(days => ${days}) as young
        from audit_events e where e.provider_org_id = c.provider_org_id and e.position is not null order by e.position limit ${limit}) as a
      where not a.young order by a.position desc limit 1) as last
    for update of c skip locked`.execute(tx);
  return rows;
}

/** Removes a trail's events up to a position. Answers how many. */
export async function deleteUpTo(tx: Transaction, providerOrgId: string, position: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from audit_events where provider_org_id = ${providerOrgId} and position <= ${position}`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

export async function insertCheckpoint(
  tx: Transaction,
  row: { providerOrgId: string; position: number; hash: Buffer; events: number; seal: Buffer },
): Promise<void> {
  await sql`insert into audit_checkpoints (provider_org_id, position, hash, events, seal)
    values (${row.providerOrgId}, ${row.position}, ${row.hash}, ${row.events}, ${row.seal})`.execute(tx);
}
