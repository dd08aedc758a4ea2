/** Customers' operations on a test database, with an outbox whose letters a test reads. */
import { operations, type Caller } from '@cellplane/api';
import { type Database, sql, transaction } from '../../database/database.js';
import type { Letter } from '../../mail/payloads.js';
import { createOutbox, openLetter } from '../../mail/outbox.js';
import { createSealer } from '../../secrets/envelope.js';
import { authorize } from '../authorize.js';
import { createDoors } from '../doors.js';
import { createIdentity } from '../identity.js';
import { ensureFirstProvider } from '../provider.js';
import { newId } from '../identifier.js';
import { hashPassword } from '../password.js';
import { beginSession } from '../session.js';
import { deriveSigningKey } from '../token.js';
import { customerHoldings } from '../../snapshots/customer-holdings.js';
import { insertCustomer } from './account-store.js';
import type { SignUpMode } from './deps.js';
import { accountHandlers } from './handlers.js';
import { customerHandlers } from './provider-handlers.js';

/** Of every customer that a test makes. */
export const PASSWORD = 'a long password';
export const SEALER = createSealer(Buffer.alloc(32, 9));

/** Waits for whoever comes, however busy the machine is. */
const patient = () =>
  createDoors({ hashes: { atOnce: 2, seats: 500, waitMs: 60_000 }, queries: { atOnce: 4, seats: 500, waitMs: 60_000 } });

/** A provider whose customers sign up. */
export async function testCustomers(db: Database, mode: SignUpMode = 'open') {
  const provider = await ensureFirstProvider(db, { email: 'boss@provider.example', password: 'correct horse' });
  const identity = createIdentity({ db, sealing: SEALER, signingKey: deriveSigningKey(Buffer.alloc(32, 7)), doors: patient() });
  const deps = { ...identity, outbox: createOutbox(SEALER), holdings: customerHoldings, signUp: mode, providerOrgId: provider.orgId };
  const handlers = { ...accountHandlers(deps), ...customerHandlers(deps) };
  const passwordHash = await hashPassword(PASSWORD);
  const caller: Caller = { userId: provider.userId, email: provider.email, orgId: provider.orgId, roleType: 'root' };

  /** What an operation is called with. */
  const request = <P extends object, Q extends object, B>(given: { params?: P; query?: Q; body?: B; caller?: Caller } = {}) => ({
    params: (given.params ?? {}) as P,
    query: (given.query ?? {}) as Q,
    body: given.body as B,
    caller: given.caller ?? caller,
  });

  /** Letters to an address, oldest first, also those that nobody gets. */
  async function letters(recipient: string): Promise<(Letter & { status: string })[]> {
    const { rows } = await sql<{ id: string; letter: string; sealedPayload: Buffer; status: string }>`
      select id, letter, sealed_payload as "sealedPayload", status from mails where recipient = ${recipient} order by created_at, id`.execute(
      db,
    );
    return rows.map((row) => ({ ...openLetter(SEALER, row), status: row.status }));
  }

  /** The token of the last letter of a kind to an address. */
  async function tokenTo(recipient: string, type: 'CustomerSignUp' | 'ResetPassword'): Promise<string> {
    const letter = (await letters(recipient)).findLast((one) => one.type === type);
    if (letter?.type !== type) throw new Error(`no ${type} went to ${recipient}`);
    return letter.payload.token;
  }

  const signUpBody = (email: string, password = PASSWORD) => ({ email, password, name: 'Ada', legalCompanyName: 'Acme' });

  /** A customer with a confirmed address and this password, and a session. Made without the cost of hashes. */
  async function customer(email: string) {
    const [userId, orgId] = [newId('user'), newId('org')];
    const row = { userId, orgId, email, name: 'Ada', orgName: 'Acme', orgUrl: '', orgDescription: '', attributes: {} };
    await transaction(db, (tx) => insertCustomer(tx, { ...row, providerOrgId: provider.orgId, passwordHash, isVerified: true }));
    const pair = await beginSession(deps, async () => ({ userId }));
    if (pair === undefined) throw new Error('no session began');
    return { ...pair, caller: await callerOf(pair) };
  }

  /** Signs in through the provider's portal. */
  async function signIn(email: string, password: string, environmentType = 'PROD') {
    const pair = await handlers.customerSignin(request({ body: { email, password, environmentType } }));
    return { ...pair, caller: await callerOf(pair) };
  }

  async function callerOf({ jwtToken }: { jwtToken: string }): Promise<Caller & { sessionId: string }> {
    const person = await identity.authenticate(jwtToken);
    if (person === undefined) throw new Error('the token is good for nobody');
    return { ...authorize(operations.logout.access, person, {}), sessionId: person.session.id };
  }

  return { provider, identity, deps, handlers, caller, request, letters, tokenTo, signUpBody, customer, signIn };
}
