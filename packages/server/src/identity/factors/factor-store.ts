/** SQL of people's factors. */
import { type Database, sql, type Transaction } from '../../database/database.js';
import { FACTORS_OF_PERSON, type FactorKind } from './factor.js';

export interface FactorRow {
  id: string;
  kind: FactorKind;
  name: string;
  createdAt: Date;
  confirmedAt: Date | null;
  lastUsedAt: Date | null;
  rpId: string;
}

/** All of a person, oldest first. */
export async function selectFactors(db: Database, userId: string): Promise<FactorRow[]> {
  const { rows } = await sql<FactorRow>`
    select id, kind, name, created_at as "createdAt", confirmed_at as "confirmedAt", last_used_at as "lastUsedAt", rp_id as "rpId"
    from factors where user_id = ${userId} order by created_at, id`.execute(db);
  return rows;
}

/** Keeps one that counts for nothing yet. False if the person has too many. */
export async function insertFactor(
  tx: Transaction,
  row: { id: string; userId: string; kind: FactorKind; name: string; sealedSecret: Buffer | null },
): Promise<boolean> {
  // What was begun and left is in nobody's way.
  await sql`delete from factors where user_id = ${row.userId} and confirmed_at is null and created_at < now() - interval '1 hour'`.execute(
    tx,
  );
  const { numAffectedRows } = await sql`
    insert into factors (id, user_id, kind, name, sealed_secret)
    select ${row.id}::text, ${row.userId}::text, ${row.kind}::text, ${row.name}::text, ${row.sealedSecret}::bytea
    where (select count(*) from factors where user_id = ${row.userId}) < ${FACTORS_OF_PERSON}`.execute(tx);
  return numAffectedRows === 1n;
}

/** An app's key. */
export interface AppRow {
  id: string;
  sealedSecret: Buffer;
  lastStep: number | null;
}

/** Apps of a person that count; or the one that is to be confirmed. The person is held. */
export async function selectApps(tx: Transaction, userId: string, unconfirmed: string | null = null): Promise<AppRow[]> {
  const { rows } = await sql<AppRow>`
    select id, sealed_secret as "sealedSecret", last_step as "lastStep" from factors
    where user_id = ${userId} and kind = 'TOTP'
      and case when ${unconfirmed}::text is null then confirmed_at is not null else id = ${unconfirmed} and confirmed_at is null and created_at > now() - interval '1 hour' end
    order by created_at, id for update`.execute(tx);
  return rows;
}

/** Notes that a code of this step was taken: none of it or before it is taken again. The first one confirms the app. */
export async function noteStep(tx: Transaction, id: string, step: number): Promise<void> {
  await sql`update factors set last_step = ${step}, last_used_at = now(), confirmed_at = coalesce(confirmed_at, now()) where id = ${id}`.execute(
    tx,
  );
}

export interface PasskeyRow {
  id: string;
  userId: string;
  credentialId: string;
  publicKey: Buffer;
  signCount: number;
  transports: string[];
}

/** Passkeys that count, of one site: of a person, or by what the authenticator calls it. */
export async function selectPasskeys(
  db: Database,
  { rpId, userId = null, credentialId = null }: { rpId: string; userId?: string | null; credentialId?: string | null },
): Promise<PasskeyRow[]> {
  const { rows } = await sql<PasskeyRow>`
    select id, user_id as "userId", credential_id as "credentialId", public_key as "publicKey", sign_count as "signCount", transports
    from factors where kind = 'PASSKEY' and confirmed_at is not null and rp_id = ${rpId}
      and (${userId}::text is null or user_id = ${userId}) and (${credentialId}::text is null or credential_id = ${credentialId})
      and (${userId}::text is not null or ${credentialId}::text is not null)
    order by created_at, id`.execute(db);
  return rows;
}

/** Notes a use. False if it was used, or removed, since it was read. */
export async function notePasskeyUse(tx: Transaction, { id, signCount: before }: PasskeyRow, signCount: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update factors set sign_count = ${signCount}, last_used_at = now() where id = ${id} and sign_count = ${before}`.execute(tx);
  return numAffectedRows === 1n;
}

/** The passkey counts from now on. False if it is not to be confirmed, or the authenticator's name for it is taken. */
export async function confirmPasskey(
  tx: Transaction,
  row: {
    id: string;
    userId: string;
    credentialId: string;
    publicKey: Buffer;
    signCount: number;
    transports: readonly string[];
    rpId: string;
  },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update factors set credential_id = ${row.credentialId}, public_key = ${row.publicKey}, sign_count = ${row.signCount},
      transports = ${row.transports}::text[], rp_id = ${row.rpId}, confirmed_at = now()
    where id = ${row.id} and user_id = ${row.userId} and kind = 'PASSKEY' and confirmed_at is null
      and not exists (select 1 from factors taken where taken.credential_id = ${row.credentialId})`.execute(tx);
  return numAffectedRows === 1n;
}

/** Removes one, or all of a person. Answers how many had counted. */
export async function deleteFactors(tx: Transaction, userId: string, id: string | null): Promise<{ isConfirmed: boolean }[]> {
  const { rows } = await sql<{ isConfirmed: boolean }>`
    delete from factors where user_id = ${userId} and (${id}::text is null or id = ${id}) returning confirmed_at is not null as "isConfirmed"`.execute(
    tx,
  );
  return rows;
}

/** What a person may answer a second step with. Nothing: there is none. */
export async function selectSecondStep(db: Database, userId: string): Promise<{ kinds: FactorKind[]; recoveryCodes: number }> {
  const { rows } = await sql<{ kinds: FactorKind[]; recoveryCodes: number }>`
    select array(select distinct kind from factors where user_id = ${userId} and confirmed_at is not null order by kind) as kinds,
      (select count(*)::int from recovery_codes where user_id = ${userId} and used_at is null) as "recoveryCodes"`.execute(db);
  return rows[0] ?? { kinds: [], recoveryCodes: 0 };
}
