/** The first service provider of an installation. */
import { randomBytes } from 'node:crypto';
import { ConfigError } from '../config.js';
import { type Database, sql, type Transaction, transaction } from '../database/database.js';
import { newId } from './identifier.js';
import { hashPassword, verifyPassword } from './password.js';
import { insertOrganization, insertUser, noteAddress, selectFirstProvider, selectUserByEmail, updatePassword } from './store.js';

export interface FirstProvider {
  orgId: string;
  userId: string;
  email: string;
  /** Only when it was made up just now: print it once, it is kept nowhere. */
  password?: string;
  /** True if organization and user were made by this call. */
  created: boolean;
  /** True if the password was another one before: all sessions of the user have ended. */
  passwordChanged: boolean;
}

/** Whoever starts the server signs in on its own machine, however much others guess at the name from elsewhere. */
const OWN_ADDRESS = '127.0.0.1';

/** Copies that start together take turns. Arbitrary, fixed. */
const LOCK = 7_320_114_410;

/**
 * Makes the first provider, or finds it. A password in the configuration always counts: changing it there and starting again
 * is how a forgotten or stolen one is replaced, and ends the user's sessions.
 * @throws ConfigError if CELLPLANE_PROVIDER_EMAIL names another user than the one of this database
 */
export async function ensureFirstProvider(db: Database, wanted: { email?: string; password?: string }): Promise<FirstProvider> {
  return transaction(db, async (tx) => {
    // It says nothing while passwords are hashed, and another copy waits for it.
    await sql`set local idle_in_transaction_session_timeout = '60s'`.execute(tx);
    await sql`set local lock_timeout = '60s'`.execute(tx);
    await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`.execute(tx);
    const found = await selectFirstProvider(tx);
    if (found === undefined) return create(tx, wanted);
    const email = wanted.email ?? found.email;
    const user = await selectUserByEmail(tx, email);
    if (user === undefined || user.orgId !== found.orgId) {
      throw new ConfigError(
        `CELLPLANE_PROVIDER_EMAIL is "${email}", but the provider of this database is "${found.email}". Leave the variable out, or use another data directory.`,
      );
    }
    const passwordChanged = wanted.password !== undefined && !(await verifyPassword(wanted.password, user.passwordHash));
    await noteAddress(tx, user.id, OWN_ADDRESS);
    if (passwordChanged) await updatePassword(tx, user.id, await hashPassword(wanted.password ?? ''));
    return { orgId: found.orgId, userId: user.id, email: user.email, created: false, passwordChanged };
  });
}

async function create(tx: Transaction, wanted: { email?: string; password?: string }): Promise<FirstProvider> {
  const email = wanted.email ?? 'provider@cellplane.local';
  const password = wanted.password ?? randomBytes(12).toString('base64url');
  const suffix = newId('').slice(1);
  const [orgId, userId] = [`org-${suffix}`, newId('user')];
  await insertOrganization(tx, { id: orgId, serviceProviderId: `sp-${suffix}`, name: 'Provider' });
  await insertUser(tx, { id: userId, orgId, email, name: nameFrom(email), passwordHash: await hashPassword(password), roleType: 'root' });
  await noteAddress(tx, userId, OWN_ADDRESS);
  const made = { orgId, userId, email, created: true, passwordChanged: false };
  return wanted.password === undefined ? { ...made, password } : made;
}

function nameFrom(email: string): string {
  const local = email.split('@')[0] ?? email;
  return local.charAt(0).toUpperCase() + local.slice(1);
}
