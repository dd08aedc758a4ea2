/** Rows of the domains of portals. */
import { type Database, sql } from '../database/database.js';

export const DOMAIN_STATUSES = ['PENDING', 'READY', 'UNKNOWN'] as const;

export interface DomainRow {
  orgId: string;
  environmentType: string;
  name: string;
  description: string;
  domain: string;
  challenge: string;
  status: (typeof DOMAIN_STATUSES)[number];
  finding: string;
  checkedAt: Date | null;
}

const columns = sql`org_id as "orgId", environment_type as "environmentType", name, description, domain, challenge, status, finding,
  checked_at as "checkedAt"`;

/** In the order in which they were made. */
export async function selectDomains(db: Database, orgId: string): Promise<DomainRow[]> {
  const { rows } = await sql<DomainRow>`
    select ${columns} from portal_domains where org_id = ${orgId} order by created_at, environment_type`.execute(db);
  return rows;
}

export async function selectDomain(db: Database, orgId: string, environmentType: string): Promise<DomainRow | undefined> {
  const { rows } = await sql<DomainRow>`
    select ${columns} from portal_domains where org_id = ${orgId} and environment_type = ${environmentType}`.execute(db);
  return rows[0];
}

/** Answers whether it was made: the type of environment may have one already. */
export async function insertDomain(
  db: Database,
  row: Pick<DomainRow, 'orgId' | 'environmentType' | 'name' | 'description' | 'domain' | 'challenge'>,
): Promise<boolean> {
  const { rows } = await sql`
    insert into portal_domains (org_id, environment_type, name, description, domain, challenge)
    values (${row.orgId}, ${row.environmentType}, ${row.name}, ${row.description}, ${row.domain}, ${row.challenge})
    on conflict do nothing returning 1`.execute(db);
  return rows.length > 0;
}

/** True if another provider names the same domain. */
export async function isContested(db: Database, { orgId, domain }: Pick<DomainRow, 'orgId' | 'domain'>): Promise<boolean> {
  const { rows } = await sql`select 1 from portal_domains where domain = ${domain} and org_id <> ${orgId} limit 1`.execute(db);
  return rows.length > 0;
}

/** What is null stays. Another domain is pending until it is looked up. */
export async function updateDomain(
  db: Database,
  orgId: string,
  environmentType: string,
  to: { name: string | null; description: string | null; domain: string | null },
): Promise<DomainRow | undefined> {
  const { rows } = await sql<DomainRow>`
    update portal_domains set name = coalesce(${to.name}, name), description = coalesce(${to.description}, description),
      domain = coalesce(${to.domain}, domain),
      status = case when coalesce(${to.domain}, domain) = domain then status else 'PENDING' end,
      finding = case when coalesce(${to.domain}, domain) = domain then finding else '' end,
      verified_at = case when coalesce(${to.domain}, domain) = domain then verified_at end
    where org_id = ${orgId} and environment_type = ${environmentType} returning ${columns}`.execute(db);
  return rows[0];
}

/** Answers whether there was one. */
export async function deleteDomain(db: Database, orgId: string, environmentType: string): Promise<boolean> {
  const { rows } = await sql`
    delete from portal_domains where org_id = ${orgId} and environment_type = ${environmentType} returning 1`.execute(db);
  return rows.length > 0;
}

/**
 * Keeps what DNS said, unless the domain has become another one meanwhile. A domain that is ready for one is not for another: who comes
 * later stays pending.
 */
export async function keepVerdict(db: Database, of: DomainRow, verdict: { status: string; finding: string }): Promise<void> {
  await sql`
    update portal_domains d set checked_at = now(),
      status = case when held.is then 'PENDING' else ${verdict.status} end,
      finding = case when held.is then 'Another provider of this installation has the domain.' else ${verdict.finding} end,
      verified_at = case when ${verdict.status} = 'READY' and not held.is then now() else d.verified_at end
    from (select ${verdict.status} = 'READY' and exists (
      select 1 from portal_domains o where o.domain = ${of.domain} and o.status = 'READY'
        and (o.org_id, o.environment_type) <> (${of.orgId}, ${of.environmentType})) as is) held
    where d.org_id = ${of.orgId} and d.environment_type = ${of.environmentType} and d.domain = ${of.domain}`.execute(db);
}

/** Those that were not looked up for so long, the longest first. */
export async function selectDueDomains(db: Database, query: { seconds: number; limit: number }): Promise<DomainRow[]> {
  const { rows } = await sql<DomainRow>`
    select ${columns} from portal_domains where checked_at is null or checked_at < now() - make_interval(secs => ${query.seconds})
    order by checked_at nulls first limit ${query.limit}`.execute(db);
  return rows;
}
