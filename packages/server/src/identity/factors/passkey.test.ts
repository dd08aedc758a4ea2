import { SettingsService } from '@simplewebauthn/server';
import { describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { ALLOWED } from '../attempts.js';
import { peopleApp, TEST_SITE } from '../people.testing.js';
import { ensureFirstProvider } from '../provider.js';
import { Authenticator } from './authenticator.testing.js';
import { challengeOf, PASSWORD, type Somebody, somebody, statusesOf, withApp } from './factors.testing.js';

const { db } = await testDatabase();
const { ask } = peopleApp(db);
const { orgId } = await ensureFirstProvider(db, { email: 'ops@example.com', password: PASSWORD });
const page = { origin: TEST_SITE.origins[0] ?? '' };

interface Asked {
  id: string;
  challenge: string;
  publicKey: Record<string, unknown> & { challenge: string };
}

const begin = async (token: string) =>
  (await ask(token, 'POST /api/factors', { kind: 'PASSKEY', password: PASSWORD })).body as unknown as Asked;
const confirm = (token: string, { id, challenge }: Asked, passkey: object) =>
  ask(token, `POST /api/factors/${id}/confirm`, { challenge, passkey });
const askFor = async (challenge?: string) =>
  (await ask(undefined, 'POST /api/sign-in/passkey', challenge === undefined ? {} : { challenge })).body as unknown as Asked;
const finish = ({ challenge }: { challenge: string }, passkey: object) =>
  ask(undefined, 'POST /api/sign-in/finish', { challenge, passkey });

/** Somebody with a passkey. */
async function keyed(): Promise<{ who: Somebody; key: Authenticator }> {
  const who = await somebody(db, ask, { orgId });
  const [key, asked] = [new Authenticator(), await begin(who.token)];
  await confirm(who.token, asked, key.create(asked.publicKey, page));
  return { who, key };
}

const isWrong = { status: 401, body: { code: 'wrong-passkey' } };
const isOver = { status: 401, body: { code: 'challenge-over' } };
const isOverSignedIn = { ...isOver, status: 400 };

describe('a new passkey', () => {
  it('counts once the authenticator has answered, and brings recovery codes', async () => {
    const who = await somebody(db, ask, { orgId });
    const [key, asked] = [new Authenticator(), await begin(who.token)];
    expect(asked.publicKey).toMatchObject({
      rp: { id: 'acme.example', name: 'Cellplane' },
      user: { id: Buffer.from(who.userId).toString('base64url'), name: who.email },
      attestation: 'none',
    });
    const done = await confirm(who.token, asked, key.create(asked.publicKey, page));
    expect(done).toMatchObject({ status: 200, body: { factor: { kind: 'PASSKEY', name: 'Passkey', confirmed: true } } });
    expect(done.body['recoveryCodes']).toHaveLength(10);
    // A second one of the same authenticator is not made.
    expect((await begin(who.token)).publicKey).toMatchObject({ excludeCredentials: [{ id: key.credentialId.toString('base64url') }] });
    expect(await confirm(who.token, asked, key.create(asked.publicKey, page))).toMatchObject(isOverSignedIn);
  });

  it.each([
    ['on a page of somebody else', { origin: 'https://acme.example.evil.example' }, /origin/],
    ['for another domain', { ...page, rpId: 'evil.example' }, /RP ID/],
  ])('%s is refused', async (_, scene, words) => {
    const { token } = await somebody(db, ask, { orgId });
    const asked = await begin(token);
    const answer = await confirm(token, asked, new Authenticator().create(asked.publicKey, scene));
    expect(answer).toMatchObject({ status: 400, body: { code: 'unusable-passkey', message: expect.stringMatching(words) } });
    expect((await ask(token, 'GET /api/factors')).body).toMatchObject({ factors: [{ confirmed: false }] });
  });

  it('follows no certificates of who made the authenticator to addresses in them', async () => {
    await keyed();
    for (const identifier of ['android-key', 'android-safetynet', 'apple', 'mds'] as const)
      expect([identifier, SettingsService.getRootCertificates({ identifier })]).toEqual([identifier, []]);
  });

  it('answers its own challenge only, of its own user', async () => {
    const [who, eve] = [await somebody(db, ask, { orgId }), await somebody(db, ask, { orgId })];
    const [asked, eves, key] = [await begin(who.token), await begin(eve.token), new Authenticator()];
    expect(await confirm(who.token, { ...asked, challenge: eves.challenge }, key.create(asked.publicKey, page))).toMatchObject(
      isOverSignedIn,
    );
    expect(await confirm(eve.token, asked, key.create(asked.publicKey, page))).toMatchObject(isOverSignedIn);
    expect(await confirm(who.token, asked, key.create(eves.publicKey, page))).toMatchObject({ body: { code: 'unusable-passkey' } });
    expect((await confirm(who.token, asked, key.create(asked.publicKey, page))).status).toBe(200);
    // Whose it is, is settled.
    expect(await confirm(eve.token, eves, key.create(eves.publicKey, page))).toMatchObject({
      status: 409,
      body: { code: 'passkey-known' },
    });
  });

  it('that is nothing of the kind is refused', async () => {
    const { token } = await somebody(db, ask, { orgId });
    const asked = await begin(token);
    const nothing = { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'eA', attestationObject: '' } };
    expect(await confirm(token, asked, nothing)).toMatchObject({ status: 400, body: { code: 'unusable-passkey' } });
    expect(await confirm(token, asked, {})).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('passkey.id is missing') },
    });
  });
});

describe('a passkey as second factor', () => {
  it('lets in whose password was right, also where the authenticator does not look who holds it', async () => {
    const { who, key } = await keyed();
    const refused = await ask(undefined, 'POST /signin', { email: who.email, password: PASSWORD });
    expect(refused.body).toMatchObject({ secondFactor: { methods: ['PASSKEY', 'RECOVERY_CODE'] } });
    expect(refused.body['message']).not.toContain('right behind');
    const asked = await askFor(await challengeOf(ask, who));
    expect(asked.publicKey).toMatchObject({
      rpId: 'acme.example',
      userVerification: 'preferred',
      allowCredentials: [{ id: key.credentialId.toString('base64url'), transports: ['internal'] }],
    });
    const answer = key.get(asked.publicKey, { ...page, isVerified: false });
    const done = await finish(asked, answer);
    expect(done).toMatchObject({ status: 200, body: { jwtToken: expect.any(String) } });
    expect(await finish(asked, answer)).toMatchObject(isOver);
    const { rows } = await sql<{
      method: string;
    }>`select method from sessions where user_id = ${who.userId} order by created_at desc limit 1`.execute(db);
    expect(rows).toEqual([{ method: 'PASSWORD_PASSKEY' }]);
  });

  it('of somebody else, and one that was removed, are refused', async () => {
    const [{ who, key }, eve] = [await keyed(), await keyed()];
    const asked = await askFor(await challengeOf(ask, who));
    expect(await finish(asked, eve.key.get(asked.publicKey, page))).toMatchObject(isWrong);
    const { factors } = (await ask(who.token, 'GET /api/factors')).body as { factors: { id: string }[] };
    await withApp(db, ask, who);
    await ask(who.token, `DELETE /api/factors/${factors[0]?.id}`, { password: PASSWORD });
    expect(await finish(asked, key.get(asked.publicKey, page))).toMatchObject(isWrong);
  });

  it('is not asked for with a challenge that is over', async () => {
    expect(await ask(undefined, 'POST /api/sign-in/passkey', { challenge: 'made-up' })).toMatchObject(isOver);
    const alone = await askFor();
    expect(await ask(undefined, 'POST /api/sign-in/passkey', { challenge: alone.challenge })).toMatchObject(isOver);
  });
});

describe('a passkey alone', () => {
  it('signs in without a password, and is not asked for a second factor', async () => {
    const { who, key } = await keyed();
    const asked = await askFor();
    expect(asked.publicKey).toMatchObject({ rpId: 'acme.example', userVerification: 'required' });
    expect(asked.publicKey['allowCredentials'] ?? []).toEqual([]);
    const done = await finish(asked, key.get(asked.publicKey, page));
    const token = String(done.body['jwtToken']);
    expect((await ask(token, 'GET /user')).body).toMatchObject({ email: who.email });
    expect((await ask(token, 'GET /api/sessions')).body).toMatchObject({ sessions: [{ method: 'PASSKEY', current: true }, {}] });
  });

  it.each([
    ['whose authenticator did not look who holds it', { ...page, isVerified: false }],
    ['on a page of somebody else', { origin: 'https://evil.example' }],
    ['on a page below, which is not one of ours', { origin: 'https://other.acme.example' }],
    ['for another domain', { ...page, rpId: 'evil.example' }],
  ])('%s is refused', async (_, scene) => {
    const { key } = await keyed();
    const asked = await askFor();
    expect(await finish(asked, key.get(asked.publicKey, scene))).toMatchObject(isWrong);
    // It may be tried again, rightly.
    expect((await finish(asked, key.get(asked.publicKey, page))).status).toBe(200);
  });

  it('that nobody has, that signed something else, or that says it is of somebody else, is refused', async () => {
    const [{ key }, { who: eve }] = [await keyed(), await keyed()];
    const [asked, another] = [await askFor(), await askFor()];
    expect(await finish(asked, new Authenticator().get(asked.publicKey, page))).toMatchObject(isWrong);
    expect(await finish(asked, key.get(another.publicKey, page))).toMatchObject(isWrong);
    const answer = key.get(asked.publicKey, page);
    answer.response.userHandle = Buffer.from(eve.userId).toString('base64url');
    expect(await finish(asked, answer)).toMatchObject(isWrong);
    const forged = key.get(asked.publicKey, page);
    forged.response.signature = new Authenticator().get(asked.publicKey, page).response.signature ?? '';
    expect(await finish(asked, forged)).toMatchObject(isWrong);
  });

  it('that has signed fewer times than it had is a copy', async () => {
    const { key } = await keyed();
    const [first, second] = [await askFor(), await askFor()];
    key.count = 10;
    expect((await finish(first, key.get(first.publicKey, page))).status).toBe(200);
    key.count = 3;
    expect(await finish(second, key.get(second.publicKey, page))).toMatchObject(isWrong);
  });

  it('lets one of several in that come at once with one answer', async () => {
    const { key } = await keyed();
    const asked = await askFor();
    const answer = key.get(asked.publicKey, page);
    const answers = await Promise.all(Array.from({ length: 5 }, () => finish(asked, answer)));
    expect(statusesOf(answers)).toEqual([200, 401, 401, 401, 401]);
  });

  it('takes no code', async () => {
    const who = await somebody(db, ask, { orgId });
    const { recoveryCodes } = await withApp(db, ask, who);
    const { challenge } = await askFor();
    expect((await ask(undefined, 'POST /api/sign-in/finish', { challenge, code: recoveryCodes[0] })).status).toBe(401);
  });

  it('of a suspended user is refused', async () => {
    const { who, key } = await keyed();
    await sql`update users set status = 'NOT_ENABLED' where id = ${who.userId}`.execute(db);
    const asked = await askFor();
    expect(await finish(asked, key.get(asked.publicKey, page))).toMatchObject(isWrong);
  });

  it('is begun so many times a minute at one address', async () => {
    await sql`update sign_in_attempts set tries = ${ALLOWED.passkeySignIns} where allowed = ${ALLOWED.passkeySignIns}`.execute(db);
    expect(await ask(undefined, 'POST /api/sign-in/passkey', {})).toMatchObject({ status: 400, body: { code: 'too-many-sign-ins' } });
    await sql`delete from sign_in_attempts`.execute(db);
  });
});
