import { expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { createIdentity } from '../identity/identity.js';
import { ensureFirstProvider } from '../identity/provider.js';
import { revoke } from '../identity/session.js';
import { signIn } from '../identity/sign-in.js';
import { deriveSigningKey } from '../identity/token.js';
import { createSealer } from '../secrets/envelope.js';
import { insertSessionNews } from './record-store.js';

const { db } = await testDatabase();
const key = Buffer.alloc(32, 7);
const identity = createIdentity({ db, sealing: createSealer(key), signingKey: deriveSigningKey(key), onSessionNews: insertSessionNews });
const [email, password] = ['ops@example.com', 'correct horse'];
const provider = await ensureFirstProvider(db, { email, password });
const HOME = { address: '192.0.2.1', userAgent: 'a browser', correlationId: 'request-1' };
const from = (address: string) => ({ ...HOME, address });
const begun = async () => (await signIn(identity, { email, password, ...HOME })).refreshToken;

async function told(): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<Record<string, unknown>>`
    with gone as (delete from audit_events returning *)
    select operation, user_id as "userId", auth_method as method, session_id as "sessionId", address, user_agent as "userAgent",
      correlation_id as "correlationId", outcome, code, source, provider_org_id as "orgId" from gone order by at, id`.execute(db);
  return rows;
}
const who = { userId: provider.userId, orgId: provider.orgId, source: 'Maintenance', sessionId: expect.stringMatching(/^session-/) };
const request = { userAgent: 'a browser', correlationId: 'request-1' };

it('a browser that goes on at another address is news once, and at home it is none', async () => {
  let token = await begun();
  for (const address of [HOME.address, '198.51.100.7', '198.51.100.7', HOME.address, '198.51.100.7'])
    token = (await identity.exchangeOfBrowser(token, from(address))).refreshToken;
  expect(await told()).toEqual([
    { operation: 'session-moved', method: 'PASSWORD', address: '198.51.100.7', outcome: 'succeeded', code: '', ...who, ...request },
  ]);
});

it('of one session, twenty further addresses are told', async () => {
  let token = await begun();
  for (let one = 0; one < 25; one++) token = (await identity.exchangeOfBrowser(token, from(`203.0.113.${one}`))).refreshToken;
  expect(await told()).toHaveLength(20);
});

it('a token that was taken right after the sign-in and comes from elsewhere is told', async () => {
  await identity.exchangeOfBrowser(await begun(), from('198.51.100.9'), { isFresh: true });
  expect(await told()).toMatchObject([{ operation: 'session-moved', address: '198.51.100.9' }]);
});

it('the end of a session with its token is told once, and says whose it was', async () => {
  const token = await begun();
  await revoke(identity, token, HOME);
  await revoke(identity, token, HOME);
  await revoke(identity, 'nobody has it', HOME);
  expect(await told()).toEqual([
    { operation: 'session-signed-out', method: 'PASSWORD', address: HOME.address, outcome: 'succeeded', code: '', ...who, ...request },
  ]);
});

it('a token that comes a second time ends the session, and nobody has shown who came', async () => {
  const first = await begun();
  const second = await identity.exchangeOfBrowser(first, HOME);
  await identity.exchangeOfBrowser(second.refreshToken, HOME);
  await expect(identity.exchangeOfBrowser(first, from('198.51.100.8'))).rejects.toMatchObject({ kind: 'auth_failure' });
  await expect(identity.exchangeOfBrowser(first, from('198.51.100.8'))).rejects.toMatchObject({ kind: 'auth_failure' });
  const copied = { outcome: 'refused', code: 'invalid-refresh-token', method: '', address: '198.51.100.8' };
  expect(await told()).toEqual([{ operation: 'session-copied', ...copied, ...who, ...request }]);
});
