/** People with passwords and apps, for tests of second factors on the whole application. */
import { scryptSync } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { databaseTime } from '../../database/clock.js';
import { type Database, sql, transaction } from '../../database/database.js';
import type { ProviderRole } from '@cellplane/api';
import { newId } from '../identifier.js';
import type { peopleApp } from '../people.testing.js';
import { insertUser } from '../store.js';

type Ask = ReturnType<typeof peopleApp>['ask'];

export const PASSWORD = 'correct horse';
/** Its hash, made with as little work as counts, so that tests of many sign-ins are fast. */
const salt = Buffer.alloc(16, 1);
const cheap = scryptSync(PASSWORD, salt, 32, { N: 16, r: 8, p: 1 });
const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
const passwordHash = `$scrypt$ln=4,r=8,p=1$${unpadded(salt)}$${unpadded(cheap)}`;

export interface Somebody {
  userId: string;
  email: string;
  /** Of a session that was begun with the password alone, before there was a factor. */
  token: string;
}

/** A user with `PASSWORD`, signed in. */
export async function somebody(
  db: Database,
  ask: Ask,
  { orgId, roleType = 'admin', providerOrgId }: { orgId: string; roleType?: ProviderRole; providerOrgId?: string },
): Promise<Somebody> {
  const userId = newId('user');
  const email = `${userId.toLowerCase()}@example.com`;
  const customer = providerOrgId === undefined ? {} : { providerOrgId };
  await transaction(db, (tx) => insertUser(tx, { id: userId, orgId, email, name: 'Somebody', passwordHash, roleType, ...customer }));
  const { body } = await ask(undefined, 'POST /signin', { email, password: PASSWORD });
  return { userId, email, token: String(body['jwtToken']) };
}

/** What the app shows now, or so many half minutes later. A code is used once, and none before it afterwards: `forget` first. */
export async function codeOf(db: Database, secret: string, later = 0): Promise<string> {
  const timestamp = (await databaseTime(db)).getTime() + later * 30_000;
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });
}

/** As if the next half minute had begun. */
export async function forget(db: Database, userId: string): Promise<void> {
  await sql`update factors set last_step = null where user_id = ${userId}`.execute(db);
}

/** Adds an app and confirms it. */
export async function withApp(
  db: Database,
  ask: Ask,
  { token, userId }: Somebody,
  password = PASSWORD,
): Promise<{ factorId: string; secret: string; recoveryCodes: string[] }> {
  const added = await ask(token, 'POST /api/factors', { kind: 'TOTP', password });
  const { id, secret } = added.body as { id: string; secret: string };
  const confirmed = await ask(token, `POST /api/factors/${id}/confirm`, { code: await codeOf(db, secret) });
  await forget(db, userId);
  return { factorId: id, secret, recoveryCodes: (confirmed.body as { recoveryCodes: string[] }).recoveryCodes };
}

/** The challenge that a right password is answered with. */
export async function challengeOf(ask: Ask, { email }: Somebody): Promise<string> {
  const { body } = await ask(undefined, 'POST /signin', { email, password: PASSWORD });
  return (body['secondFactor'] as { challenge: string }).challenge;
}

/** In order, since which of several that come at once wins is nobody's to say. */
export function statusesOf(answers: readonly { status: number }[]): number[] {
  return answers.map(({ status }) => status).toSorted((one, other) => one - other);
}
