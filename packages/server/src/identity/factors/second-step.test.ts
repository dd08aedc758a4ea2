import { describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { ALLOWED, counter } from '../attempts.js';
import { keyOf } from '../keys/key.testing.js';
import { peopleApp } from '../people.testing.js';
import { ensureFirstProvider } from '../provider.js';
import { API_KEY_EMAIL, signIn as signInAt } from '../sign-in.js';
import { noteAddress } from '../store.js';
import { challengeOf, codeOf, forget, PASSWORD, type Somebody, somebody, statusesOf, withApp } from './factors.testing.js';

const { db } = await testDatabase();
const { ask, identity } = peopleApp(db);
// A second copy of the program, on the same database.
const other = peopleApp(db);
const { orgId } = await ensureFirstProvider(db, { email: 'ops@example.com', password: PASSWORD });

const signIn = ({ email }: Somebody, more: object = {}, password = PASSWORD) =>
  ask(undefined, 'POST /signin', { email, password, ...more });
const finish = (challenge: string, code: string) => ask(undefined, 'POST /api/sign-in/finish', { challenge, code });
const methods = async (userId: string) =>
  (
    await sql<{
      method: string;
    }>`select method from sessions where user_id = ${userId} and ended_at is null order by created_at, id`.execute(db)
  ).rows.map(({ method }) => method);

/** Somebody with an app. */
async function guarded() {
  const who = await somebody(db, ask, { orgId });
  return { ...who, ...(await withApp(db, ask, who)) };
}

describe('signing in with a second factor', () => {
  it('answers a right password with a challenge, and its code with tokens', async () => {
    const who = await guarded();
    const asked = await signIn(who);
    expect(asked).toMatchObject({
      status: 401,
      body: {
        name: 'auth_failure',
        code: 'second-factor-needed',
        fault: false,
        message: expect.stringContaining('right behind the password'),
        secondFactor: { challenge: expect.any(String), methods: ['TOTP', 'RECOVERY_CODE'], expiresAt: expect.any(String) },
      },
    });
    const { challenge } = asked.body['secondFactor'] as { challenge: string };
    const done = await finish(challenge, await codeOf(db, who.secret));
    expect(done).toMatchObject({ status: 200, body: { jwtToken: expect.any(String), refreshToken: expect.any(String) } });
    expect((await ask(String(done.body['jwtToken']), 'GET /user')).body).toMatchObject({ email: who.email });
    expect(await methods(who.userId)).toEqual(['PASSWORD', 'PASSWORD_TOTP']);
    // Once.
    await forget(db, who.userId);
    expect(await finish(challenge, await codeOf(db, who.secret))).toMatchObject({ status: 401, body: { code: 'challenge-over' } });
  });

  it('uses up no try where both steps are right, and one where the second is left out', async () => {
    const who = await guarded();
    for (let time = 0; time < ALLOWED.nameAtAddress + 2; time += 1) {
      const challenge = await challengeOf(ask, who);
      expect(await finish(challenge, await codeOf(db, who.secret))).toMatchObject({ status: 200 });
      await forget(db, who.userId);
    }
    const left = await Promise.all(Array.from({ length: ALLOWED.nameAtAddress }, () => challengeOf(ask, who)));
    expect(await signIn(who)).toMatchObject({ status: 400, body: { code: 'too-many-sign-ins' } });
    expect(await finish(left[0] ?? '', await codeOf(db, who.secret))).toMatchObject({ status: 200 });
    expect(await signIn(who)).toMatchObject({ status: 401, body: { code: 'second-factor-needed' } });
    expect(await signIn(who)).toMatchObject({ status: 400, body: { code: 'too-many-sign-ins' } });
  });

  it.each(['in a member', 'right behind the password', 'in a member, with a blank'])('takes the code at once: %s', async (where) => {
    const who = await guarded();
    const code = await codeOf(db, who.secret);
    const answer = where.startsWith('in')
      ? await signIn(who, { code: where.endsWith('blank') ? `${code.slice(0, 3)} ${code.slice(3)}` : code })
      : await signIn(who, {}, `${PASSWORD}${code}`);
    expect(answer).toMatchObject({ status: 200, body: { jwtToken: expect.any(String) } });
  });

  it('tells nothing before the password is right', async () => {
    const [who, plain] = [await guarded(), await somebody(db, ask, { orgId })];
    const code = await codeOf(db, who.secret);
    const answers = await Promise.all([
      signIn(who, {}, 'wrong'),
      signIn(who, { code }, 'wrong'),
      signIn(who, {}, `wrong${code}`),
      signIn(plain, {}, 'wrong'),
      // Digits behind the password are part of it where there is no second factor.
      signIn(plain, {}, `${PASSWORD}${code}`),
      ask(undefined, 'POST /signin', { email: 'nobody@example.com', password: PASSWORD, code }),
    ]);
    for (const { status, body } of answers)
      expect([status, { ...body, id: '' }]).toEqual([400, { ...answers[0]?.body, id: '', code: 'wrong-credentials' }]);
    // The code was looked at nowhere.
    expect((await signIn(who, { code })).status).toBe(200);
  });

  it('asks who has none for nothing, and takes a code that nobody asked for as none', async () => {
    const plain = await somebody(db, ask, { orgId });
    expect((await signIn(plain, { code: '123456' })).status).toBe(200);
    expect((await signIn(plain, { code: '' })).status).toBe(200);
  });

  it('refuses a code that was used, also as a proof', async () => {
    const who = await guarded();
    const code = await codeOf(db, who.secret);
    expect((await signIn(who, { code })).status).toBe(200);
    expect(await signIn(who, { code })).toMatchObject({ status: 401, body: { code: 'wrong-code' } });
    expect(await ask(who.token, 'POST /api/recovery-codes', { code })).toMatchObject({ status: 400, body: { code: 'wrong-code' } });
    expect((await signIn(who, { code: await codeOf(db, who.secret, 1) })).status).toBe(200);
    // The one before the last that was used, although its time is not over.
    expect(await signIn(who, { code })).toMatchObject({ status: 401, body: { code: 'wrong-code' } });
  });

  it('lets one of many in that come at once with one code, to whichever copy', async () => {
    const who = await guarded();
    const code = await codeOf(db, who.secret);
    const challenges = await Promise.all(Array.from({ length: 6 }, () => challengeOf(ask, who)));
    const answers = await Promise.all(
      challenges.map((challenge, one) => (one % 2 === 0 ? ask : other.ask)(undefined, 'POST /api/sign-in/finish', { challenge, code })),
    );
    expect(statusesOf(answers)).toEqual([200, 401, 401, 401, 401, 401]);
  });

  it('lets one of many in that come at once to one challenge, with a code each', async () => {
    const who = await guarded();
    const challenge = await challengeOf(ask, who);
    const codes = [await codeOf(db, who.secret), ...who.recoveryCodes.slice(0, 3)];
    const answers = await Promise.all(codes.map((code) => finish(challenge, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    // Those that came too late are not used up.
    const { rows } = await sql`select 1 from recovery_codes where user_id = ${who.userId} and used_at is not null`.execute(db);
    expect(rows.length).toBeLessThanOrEqual(1);
  });

  it('takes each recovery code once', async () => {
    const who = await guarded();
    const [code = ''] = who.recoveryCodes;
    expect(who.recoveryCodes).toHaveLength(10);
    const answers = await Promise.all(Array.from({ length: 3 }, () => signIn(who, { code: code.toUpperCase() })));
    expect(statusesOf(answers)).toEqual([200, 401, 401]);
    expect(await methods(who.userId)).toContain('PASSWORD_RECOVERY_CODE');
    const { rows } = await sql<{ text: string }>`select encode(hash, 'escape') as text from recovery_codes`.execute(db);
    expect(rows.some(({ text }) => text.includes(code.slice(0, 4)))).toBe(false);
  });

  it('does not ask API keys', async () => {
    const who = await guarded();
    const { key } = await keyOf(db, who.userId);
    expect((await ask(undefined, 'POST /signin', { email: API_KEY_EMAIL, password: key })).status).toBe(200);
  });

  it('asks customers too, through their portal as an error that portals show', async () => {
    const customers = await sql<{ id: string }>`
      insert into organizations (id, name, provider_org_id) values ('org-customer', 'Acme', ${orgId}) returning id`.execute(db);
    const portal = await somebody(db, ask, { orgId });
    const who = await somebody(db, ask, { orgId: customers.rows[0]?.id ?? '', roleType: 'root', providerOrgId: orgId });
    const { secret } = await withApp(db, ask, who);
    const body = { email: who.email, password: PASSWORD };
    expect(await ask(portal.token, 'POST /customer-user-signin', body)).toMatchObject({
      status: 400,
      body: { code: 'second-factor-needed' },
    });
    expect(await ask(portal.token, 'POST /customer-user-signin', { ...body, code: '000000' })).toMatchObject({
      status: 400,
      body: { code: 'wrong-code' },
    });
    const done = await ask(portal.token, 'POST /customer-user-signin', { ...body, password: `${PASSWORD}${await codeOf(db, secret)}` });
    expect((await ask(String(done.body['jwtToken']), 'GET /user')).body).toMatchObject({ kind: 'customer' });
  });
});

describe('a challenge', () => {
  it.each([
    ['that nobody was given', async () => 'made-up'],
    [
      'whose time is over',
      async (who: Somebody) => {
        const challenge = await challengeOf(ask, who);
        await sql`update factor_challenges set expires_at = now() where user_id = ${who.userId}`.execute(db);
        return challenge;
      },
    ],
    [
      'whose password was replaced',
      async (who: Somebody) => {
        const challenge = await challengeOf(ask, who);
        await sql`update users set password_hash = 'another' where id = ${who.userId}`.execute(db);
        return challenge;
      },
    ],
    [
      'whose user was suspended meanwhile',
      async (who: Somebody) => {
        const challenge = await challengeOf(ask, who);
        await sql`update users set status = 'NOT_ENABLED' where id = ${who.userId}`.execute(db);
        await sql`update users set status = 'ACTIVE' where id = ${who.userId}`.execute(db);
        return challenge;
      },
    ],
    [
      'of a new passkey',
      async (who: Somebody) =>
        String((await ask(who.token, 'POST /api/factors', { kind: 'PASSKEY', password: PASSWORD })).body['challenge']),
    ],
  ])('%s is over', async (_, make) => {
    const who = await guarded();
    const challenge = await make(who);
    expect(await finish(challenge, await codeOf(db, who.secret))).toMatchObject({ status: 401, body: { code: 'challenge-over' } });
  });

  it('outlives the copy of the program that gave it out', async () => {
    const who = await guarded();
    const challenge = await challengeOf(ask, who);
    const answer = await peopleApp(db).ask(undefined, 'POST /api/sign-in/finish', { challenge, code: await codeOf(db, who.secret) });
    expect(answer.status).toBe(200);
  });

  it('takes five answers', async () => {
    const who = await guarded();
    const challenge = await challengeOf(ask, who);
    const wrong = await Promise.all(Array.from({ length: 8 }, () => finish(challenge, 'no code')));
    expect(wrong.map(({ body }) => body['code']).filter((one) => one === 'wrong-code')).toHaveLength(5);
    expect(await finish(challenge, await codeOf(db, who.secret))).toMatchObject({ body: { code: 'challenge-over' } });
    expect((await signIn(who, { code: await codeOf(db, who.secret) })).status).toBe(200);
  });

  it.each([[{}], [{ code: '123456', passkey: { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: '' } } }]])(
    'with the answer %j is refused as it is',
    async (answer) => {
      expect(await ask(undefined, 'POST /api/sign-in/finish', { challenge: 'x', ...answer })).toMatchObject({
        status: 400,
        body: { code: 'missing-field' },
      });
    },
  );
});

describe('guesses of codes', () => {
  const fill = async (counted: ReturnType<typeof counter>) => {
    await sql`insert into sign_in_attempts (key, tries, allowed, seconds, until)
      values (${counted.key}, ${counted.allowed}, ${counted.allowed}, ${counted.seconds}, now() + ${counted.seconds} * interval '1 second')`.execute(
      db,
    );
  };

  it('are ten a minute, however many come at once; a recovery code is taken all the same', async () => {
    const who = await guarded();
    const challenges = await Promise.all(Array.from({ length: 4 }, () => challengeOf(ask, who)));
    const guesses = await Promise.all(challenges.flatMap((one) => Array.from({ length: 5 }, () => finish(one, '000000'))));
    const codes = guesses.map(({ body }) => body['code']);
    // One in three hundred thousand is right.
    expect(codes.filter((one) => one === 'wrong-code')).toHaveLength(ALLOWED.codesAtAddress);
    expect(codes.filter((one) => one === 'too-many-codes')).toHaveLength(10);
    await sql`delete from sign_in_attempts where key = ${counter('nameAtAddress', who.email, 'unknown').key}`.execute(db);
    const blocked = await finish(await challengeOf(ask, who), await codeOf(db, who.secret));
    expect(blocked).toMatchObject({ status: 400, body: { code: 'too-many-codes', message: expect.stringContaining('recovery code') } });
    expect((await finish(await challengeOf(ask, who), who.recoveryCodes[0] ?? '')).status).toBe(200);
  });

  it('from elsewhere keep nobody out where they have signed in before', async () => {
    const who = await guarded();
    await fill(counter('codesOfDay', who.userId));
    const code = await codeOf(db, who.secret);
    expect(await signIn(who, { code })).toMatchObject({ body: { code: 'too-many-codes' } });
    await transaction(db, (tx) => noteAddress(tx, who.userId, '192.0.2.1'));
    const known = { email: who.email, password: PASSWORD, code, address: '192.0.2.1' };
    expect(await signInAt(identity, known)).toHaveProperty('jwtToken');
  });

  it('count for a day', async () => {
    const who = await guarded();
    await fill(counter('codesOfDayAtAddress', who.userId, 'unknown'));
    const answer = await signIn(who, { code: await codeOf(db, who.secret) });
    expect(answer).toMatchObject({ body: { code: 'too-many-codes' } });
    expect(String(answer.body['message'])).toMatch(/in 8\d{4} s/);
  });
});
