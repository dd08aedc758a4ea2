import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { createSealer } from '../secrets/envelope.js';
import { testDatabase } from '../database/test-database.testing.js';
import { ALLOWED, blockedFor, counter, giveBack, reserve, WINDOW_SECONDS } from './attempts.js';
import { createDoors } from './doors.js';
import { createIdentity } from './identity.js';
import { keyOf } from './keys/key.testing.js';
import { ensureFirstProvider } from './provider.js';
import { API_KEY_EMAIL, signIn } from './sign-in.js';
import { sweepSignIns } from './sweep.js';
import { deriveSigningKey } from './token.js';

const { db } = await testDatabase();
const sealing = createSealer(Buffer.alloc(32, 7));
const signingKey = deriveSigningKey(Buffer.alloc(32, 7));
const [email, password] = ['mia@example.com', 'correct horse'];
const provider = await ensureFirstProvider(db, { email, password });
// Two copies of the program on one database; they let wait whoever comes, however busy the machine is.
const patient = () =>
  createDoors({ hashes: { atOnce: 2, seats: 100, waitMs: 60_000 }, queries: { atOnce: 4, seats: 500, waitMs: 60_000 } });
const copies = [
  createIdentity({ db, sealing, signingKey, doors: patient() }),
  createIdentity({ db, sealing, signingKey, doors: patient() }),
] as const;

let lastAddress = 0;
const newAddress = () => `198.51.100.${(lastAddress += 1)}`;
const newName = () => `${randomBytes(6).toString('hex')}@example.com`;

async function answerTo(input: { email: string; password: string; address: string }, identity = copies[0]): Promise<string> {
  return signIn(identity, input).then(
    () => 'signed in',
    (error: { code?: string }) => error.code ?? String(error),
  );
}

async function fill(counted: ReturnType<typeof counter>, tries = counted.allowed) {
  await sql`insert into sign_in_attempts (key, tries, allowed, until)
    values (${counted.key}, ${tries}, ${counted.allowed}, now() + interval '1 minute')
    on conflict (key) do update set tries = excluded.tries, until = excluded.until`.execute(db);
}

function count(list: string[], word: string) {
  return list.filter((one) => one === word).length;
}

describe('guesses', () => {
  it('at one name are ten, however many come at once and to whichever copy', async () => {
    const [name, address] = [newName(), newAddress()];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, guess) => answerTo({ email: name, password: `guess ${guess}`, address }, copies[guess % 2])),
    );
    expect([count(answers, 'wrong-credentials'), count(answers, 'too-many-sign-ins')]).toEqual([ALLOWED.nameAtAddress, 30]);
  });

  it('do not count when they are right', async () => {
    const address = newAddress();
    const rights = await Promise.all(Array.from({ length: 12 }, () => answerTo({ email, password, address })));
    expect(count(rights, 'signed in')).toBe(12);
    const { rows } = await sql<{ tries: number }>`
      select tries from sign_in_attempts where key = ${counter('nameAtAddress', email, address).key}`.execute(db);
    expect(rows).toEqual([{ tries: 0 }]);
  });

  // Of "İ" (U+0130) and the Kelvin sign, PostgreSQL and JavaScript make different small letters.
  it.each([email.toUpperCase(), ` ${email}\u00a0`, email.replace('i', '\u0130'), email.replace('m', 'M')])(
    'are not dodged by the spelling %j',
    async (spelling) => {
      const address = newAddress();
      await fill(counter('nameAtAddress', email, address));
      expect(await answerTo({ email, password, address })).toBe('too-many-sign-ins');
      // Either the same user, and locked, or nobody.
      expect(['too-many-sign-ins', 'wrong-credentials']).toContain(await answerTo({ email: spelling, password, address }));
    },
  );

  it('at a name are bounded over all addresses, except where its user has signed in', async () => {
    const [home, elsewhere] = [newAddress(), newAddress()];
    expect(await answerTo({ email, password, address: home })).toBe('signed in');
    await fill(counter('name', email));
    expect(await answerTo({ email, password, address: elsewhere })).toBe('too-many-sign-ins');
    expect(await answerTo({ email, password, address: home })).toBe('signed in');
    await sql`delete from sign_in_attempts`.execute(db);
  });

  it('from an address are bounded over all names, except of those who have signed in there', async () => {
    const address = newAddress();
    expect(await answerTo({ email, password, address })).toBe('signed in');
    await fill(counter('address', address));
    expect(await answerTo({ email: newName(), password, address })).toBe('too-many-sign-ins');
    expect(await answerTo({ email, password, address })).toBe('signed in');
    expect(await answerTo({ email: newName(), password, address: newAddress() })).toBe('wrong-credentials');
  });

  it('of others keep neither the only administrator out, on the own machine or where they were before, nor an API key', async () => {
    const [home, address] = [newAddress(), '127.0.0.1'];
    const { key } = await keyOf(db, provider.userId);
    expect(await answerTo({ email, password, address: home })).toBe('signed in');
    for (const one of [counter('name', email), counter('address', home), counter('address', address), counter('keys', home)])
      await fill(one);
    expect(await answerTo({ email, password, address: newAddress() })).toBe('too-many-sign-ins');
    for (const from of [home, address]) {
      expect(await answerTo({ email: newName(), password, address: from })).toBe('too-many-sign-ins');
      expect(await answerTo({ email, password, address: from })).toBe('signed in');
      expect(await answerTo({ email: API_KEY_EMAIL, password: key, address: from })).toBe('signed in');
    }
    await sql`delete from sign_in_attempts`.execute(db);
  });

  it('with API keys are bounded by address, and keep no right key out', async () => {
    const address = newAddress();
    const { key } = await keyOf(db, provider.userId);
    const bogus = await Promise.all(
      Array.from({ length: ALLOWED.keys + 20 }, (_, one) => answerTo({ email: API_KEY_EMAIL, password: `om_${one}`, address })),
    );
    expect([count(bogus, 'wrong-credentials'), count(bogus, 'too-many-sign-ins')]).toEqual([ALLOWED.keys, 20]);
    expect(await answerTo({ email: API_KEY_EMAIL, password: key, address })).toBe('signed in');
    expect(await answerTo({ email: API_KEY_EMAIL, password: 'om_other', address: newAddress() })).toBe('wrong-credentials');
  });

  it('with a password that is longer than any cost nothing', async () => {
    const [name, address] = [newName(), newAddress()];
    const never = () => Promise.reject(new Error('a hash was asked for'));
    const identity = createIdentity({ db, sealing, signingKey, doors: { query: never, hash: never } });
    expect(await answerTo({ email: name, password: 'x'.repeat(1_025), address }, identity)).toBe('wrong-credentials');
  });
});

describe('a flood of sign-ins', () => {
  it('is refused beyond a short queue, and whoever has signed in there before goes first', async () => {
    const address = newAddress();
    const doors = createDoors({ hashes: { atOnce: 1, seats: 6, waitMs: 60_000 } });
    const identity = createIdentity({ db, sealing, signingKey, doors });
    expect(await answerTo({ email, password, address }, identity)).toBe('signed in');
    const order: string[] = [];
    const noted = (who: string) => async (answer: Promise<string>) => {
      order.push(`${who} ${await answer}`);
    };
    const flood = Array.from({ length: 30 }, () => noted('stranger')(answerTo({ email: newName(), password, address }, identity)));
    await Promise.all([...flood, noted('user')(answerTo({ email, password, address }, identity))]);
    expect([count(order, 'stranger sign-ins-busy'), count(order, 'stranger wrong-credentials')]).toEqual([23, 7]);
    const served = order.filter((one) => !one.endsWith('busy'));
    expect(served.indexOf('user signed in')).toBeLessThan(3);
  });

  it('says how long to wait', async () => {
    const identity = createIdentity({ db, sealing, signingKey, doors: createDoors({ queries: { atOnce: 1, seats: 0, waitMs: 1 } }) });
    const both = await Promise.allSettled(
      [1, 2].map(() => signIn(identity, { email: API_KEY_EMAIL, password: 'om_bogus', address: newAddress() })),
    );
    expect(both[1]).toMatchObject({ reason: { kind: 'too_many_requests', code: 'sign-ins-busy', retryAfter: 5 } });
  });
});

describe('what may change while a sign-in waits', () => {
  it.each([
    ['the password', sql`update users set password_hash = 'another' where id = ${provider.userId}`],
    ['the user', sql`update users set status = 'NOT_ENABLED' where id = ${provider.userId}`],
  ])('counts: %s', async (_, change) => {
    const { rows } = await sql<{ password_hash: string }>`select password_hash from users where id = ${provider.userId}`.execute(db);
    const real = patient();
    const identity = createIdentity({
      db,
      sealing,
      signingKey,
      doors: {
        query: (visitor, work) => real.query(visitor, work),
        hash: async (visitor, work) => {
          await change.execute(db);
          return real.hash(visitor, work);
        },
      },
    });
    expect(await answerTo({ email, password, address: newAddress() }, identity)).toBe('wrong-credentials');
    await sql`update users set password_hash = ${rows[0]?.password_hash}, status = 'ACTIVE' where id = ${provider.userId}`.execute(db);
  });
});

describe('counted tries', () => {
  const fresh = () => ({ key: randomBytes(32), allowed: 2, seconds: WINDOW_SECONDS });

  it('are in all counters or in none', async () => {
    const [full, other] = [fresh(), fresh()];
    await fill(full);
    expect(await reserve(db, [full, other])).toBeUndefined();
    expect(await blockedFor(db, [other])).toBe(0);
    expect((await reserve(db, [other]))?.length).toBe(1);
  });

  it('are taken back in their own minute only', async () => {
    const counted = fresh();
    const reservation = (await reserve(db, [counted])) ?? [];
    await sql`update sign_in_attempts set tries = 2, until = until + interval '1 second' where key = ${counted.key}`.execute(db);
    await db.transaction().execute((tx) => giveBack(tx, reservation));
    expect(await reserve(db, [counted])).toBeUndefined();
  });

  it('are over after a minute, and where the clock was put back', async () => {
    for (const until of ['-1 second', '1 hour']) {
      const counted = fresh();
      await sql`insert into sign_in_attempts (key, tries, allowed, until) values (${counted.key}, 2, 2, now() + ${until}::interval)`.execute(
        db,
      );
      expect(await blockedFor(db, [counted])).toBe(0);
      expect(await reserve(db, [counted])).toHaveLength(1);
      expect(await reserve(db, [counted])).toHaveLength(1);
      expect(await reserve(db, [counted])).toBeUndefined();
      const seconds = await blockedFor(db, [counted]);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(WINDOW_SECONDS);
    }
  });

  it('of all others push none out, and are removed a part at a time when they are over', async () => {
    await sql`delete from sign_in_attempts`.execute(db);
    const counted = fresh();
    await fill(counted);
    await sql`insert into sign_in_attempts (key, tries, allowed, until)
      select sha256(convert_to(i::text, 'UTF8')), 1, 10, now() - interval '1 second' from generate_series(1, 10000) i`.execute(db);
    expect(await reserve(db, [counted])).toBeUndefined();
    await sweepSignIns(db, 100);
    const left = async () => (await sql<{ left: number }>`select count(*)::int as left from sign_in_attempts`.execute(db)).rows[0]?.left;
    expect(await left()).toBe(6_001);
    await sweepSignIns(db);
    expect(await left()).toBe(1);
    expect(await reserve(db, [counted])).toBeUndefined();
  });
});

describe('old sessions and places', () => {
  it('are removed; places that count are the latest', async () => {
    await sql`insert into sessions (id, user_id, expires_at, ended_at) values
      ('old', ${provider.userId}, now() - interval '2 days', null), ('ended', ${provider.userId}, now() + interval '9 days', now() - interval '2 days'),
      ('fresh', ${provider.userId}, now() + interval '9 days', null)`.execute(db);
    await sql`insert into sign_in_addresses (user_id, address, last_at)
      select ${provider.userId}, '10.0.0.' || i, now() - i * interval '1 day' from generate_series(1, 120) i`.execute(db);
    await sweepSignIns(db);
    const { rows } = await sql<{ id: string }>`select id from sessions where id in ('old', 'ended', 'fresh')`.execute(db);
    expect(rows).toEqual([{ id: 'fresh' }]);
    expect(await answerTo({ email, password, address: newAddress() })).toBe('signed in');
    const places = await sql<{
      places: number;
    }>`select count(*)::int as places from sign_in_addresses where user_id = ${provider.userId}`.execute(db);
    expect(places.rows).toEqual([{ places: 50 }]);
  });
});
