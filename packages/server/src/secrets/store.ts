import { type Database, sql } from '../database/database.js';

/** A row without its value. */
export interface SecretRow {
  environmentType: string;
  name: string;
  updatedAt: Date;
}

export interface SecretKey {
  orgId: string;
  environmentType: string;
  name: string;
}

export async function upsertSecret(db: Database, key: SecretKey, sealed: Buffer, by: string): Promise<void> {
  await sql`
    insert into secret (org_id, environment_type, name, sealed, updated_by)
    values (${key.orgId}, ${key.environmentType}, ${key.name}, ${sealed}, ${by})
    on conflict (org_id, environment_type, name) do update set sealed = excluded.sealed, updated_by = excluded.updated_by, updated_at = now()
  `.execute(db);
}

export async function selectSecrets(db: Database, of: { orgId: string; environmentType: string }): Promise<SecretRow[]> {
  const { rows } = await sql<SecretRow>`
    select environment_type as "environmentType", name, updated_at as "updatedAt" from secret
    where org_id = ${of.orgId} and environment_type = ${of.environmentType} order by name
  `.execute(db);
  return rows;
}

export async function selectSealed(db: Database, key: SecretKey): Promise<Buffer | undefined> {
  const { rows } = await sql<{ sealed: Buffer }>`
    select sealed from secret where org_id = ${key.orgId} and environment_type = ${key.environmentType} and name = ${key.name}
  `.execute(db);
  return rows[0]?.sealed;
}

export async function selectAllSealed(
  db: Database,
  of: { orgId: string; environmentType: string },
): Promise<{ name: string; sealed: Buffer }[]> {
  const { rows } = await sql<{ name: string; sealed: Buffer }>`/* prepared */
    select name, sealed from secret where org_id = ${of.orgId} and environment_type = ${of.environmentType}
  `.execute(db);
  return rows;
}

export async function removeSecret(db: Database, key: SecretKey): Promise<boolean> {
  const { rows } = await sql`
    delete from secret where org_id = ${key.orgId} and environment_type = ${key.environmentType} and name = ${key.name} returning 1
  `.execute(db);
  return rows.length > 0;
}

/** Stores the fingerprint of the master key if there is none; answers the one that is stored. */
export async function claimFingerprint(db: Database, fingerprint: string): Promise<string | undefined> {
  await sql`insert into master_key (fingerprint) values (${fingerprint}) on conflict do nothing`.execute(db);
  return (await sql<{ fingerprint: string }>`select fingerprint from master_key`.execute(db)).rows[0]?.fingerprint;
}
