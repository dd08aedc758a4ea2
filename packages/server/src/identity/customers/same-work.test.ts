/**
 * Nothing tells whether an address is known: whoever asks about it gets the same answer, for which the same statements are sent and as many
 * passwords are hashed.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { sentDuring } from '../../database/sent.testing.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { signIn as signInAnywhere } from '../sign-in.js';
import { testCustomers } from './customers.testing.js';
import { accountHandlers } from './handlers.js';

const database = await testDatabase();
const { db } = database;
const { deps, handlers, request, customer, signUpBody, provider } = await testCustomers(db);

const { scrypt } = crypto;
let hashes = 0;
beforeAll(() => {
  // Counted, and made cheap: how long one takes is not the question here.
  const counted = (password: string, salt: Buffer, length: number, _: object, done: (error: Error | null, key: Buffer) => void) => {
    hashes += 1;
    scrypt(password, salt, length, { N: 2, r: 8, p: 1 }, done);
  };
  crypto.scrypt = counted as typeof scrypt;
  syncBuiltinESMExports();
});
afterAll(() => {
  crypto.scrypt = scrypt;
  syncBuiltinESMExports();
});

/** Addresses by what is known of them. */
const KINDS = ['unknown', 'unconfirmed', 'confirmed', 'suspended', 'deleted'] as const;
let turn = 0;

/** An address of each kind that nothing was asked about yet. */
async function addresses(): Promise<Record<(typeof KINDS)[number], string>> {
  turn += 1;
  const of = (kind: string) => `${kind}-${turn}@example.com`;
  for (const kind of KINDS.slice(1)) await customer(of(kind));
  await sql`update users set verified_at = null, status = 'NOT_ENABLED', password_hash = '' where email = ${of('unconfirmed')}`.execute(db);
  await sql`update users set suspended_at = now(), status = 'NOT_ENABLED' where email = ${of('suspended')}`.execute(db);
  await sql`update users set email = id || '@deleted.invalid', deleted_at = now(), status = 'NOT_ENABLED' where email = ${of('deleted')}`.execute(
    db,
  );
  return {
    unknown: of('unknown'),
    unconfirmed: of('unconfirmed'),
    confirmed: of('confirmed'),
    suspended: of('suspended'),
    deleted: of('deleted'),
  };
}

/** What a request is answered, and what was done for it. */
async function workOf(ask: () => Promise<unknown>) {
  hashes = 0;
  let answer: unknown;
  const sent = await sentDuring(database, async () => {
    answer = await ask().then(
      (value) => ({ value }),
      (error: { kind?: string; code?: string; message: string }) => ({ kind: error.kind, code: error.code, message: error.message }),
    );
  });
  return { answer, hashes, statements: sent.map(({ text }) => text.replaceAll(/\s+/g, ' ').trim()) };
}

const visitor = { address: '192.0.2.7' };
const closedToStrangers = accountHandlers({ ...deps, signUp: 'invited' });

describe.each<[string, number, (email: string) => Promise<unknown>]>([
  ['a sign-up', 1, (email) => handlers.customerSignup(request({ body: signUpBody(email) }))],
  ['a sign-up by invitation only', 1, (email) => closedToStrangers.customerSignup(request({ body: signUpBody(email) }))],
  [
    'a sign-up here',
    1,
    (email) => accountHandlers({ ...deps, providerOrgId: provider.orgId }).signUpHere(request({ body: signUpBody(email) })),
  ],
  ['a forgotten password', 0, (email) => handlers.customerResetPassword(request({ body: { email } }))],
  ['a forgotten password of anybody', 0, (email) => handlers.resetPassword(request({ body: { email } }))],
  ['a token that is none', 0, (email) => handlers.validateToken(request({ body: { email, token: 'none' } }))],
  [
    'a new password with a token that is none',
    0,
    (email) => handlers.changePassword(request({ body: { email, token: 'none', password: 'a long password' } })),
  ],
  ['a sign-in with a wrong password', 1, (email) => signInAnywhere(deps, { email, password: 'wrong', ...visitor })],
  ['a sign-in at the portal with a wrong password', 1, (email) => handlers.customerSignin(request({ body: { email, password: 'wrong' } }))],
])('%s', (_, most, ask) => {
  it('is the same for every address', async () => {
    const all = await addresses();
    const first = await workOf(() => ask(all.unknown));
    expect(first.hashes).toBe(most);
    for (const kind of KINDS.slice(1)) expect([kind, await workOf(() => ask(all[kind]))]).toEqual([kind, first]);
    // Sent again, as somebody does whose mail did not come.
    const again = await workOf(() => ask(all.unknown));
    for (const kind of KINDS.slice(1)) expect([kind, await workOf(() => ask(all[kind]))]).toEqual([kind, again]);
  });
});
