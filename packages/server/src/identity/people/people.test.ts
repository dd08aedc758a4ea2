import { describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { openLetter } from '../../mail/outbox.js';
import { until } from '../../engine/engine.testing.js';
import { newId } from '../identifier.js';
import { keyOf } from '../keys/key.testing.js';
import { peopleApp, person } from '../people.testing.js';
import { API_KEY_EMAIL } from '../sign-in.js';

const { db } = await testDatabase();
const { ask, identity, sealing } = peopleApp(db);
const PASSWORD = 'correct horse';

/** An organization of its own with one root. */
async function organization() {
  const orgId = newId('org');
  await sql`insert into organizations (id, service_provider_id, name) values (${orgId}, ${newId('sp')}, 'Provider')`.execute(db);
  const serviceId = newId('s');
  await sql`insert into services (id, org_id, name, url_key) values (${serviceId}, ${orgId}, 'One', 'one')`.execute(db);
  return { orgId, serviceId, root: await person(db, identity, { orgId, roleType: 'root' }) };
}

const newEmail = () => `${newId('mail').toLowerCase()}@example.com`;

interface Invited {
  id: string;
  email: string;
  token: string;
}

async function invitations(token: string): Promise<Invited[]> {
  return ((await ask(token, 'GET /api/invitations')).body as { invitations: Invited[] }).invitations;
}

async function invited(token: string, roleType: string, more: object = {}): Promise<Invited> {
  const email = newEmail();
  expect((await ask(token, 'POST /invite-user', { email, roleType, ...more })).status).toBe(200);
  const found = (await invitations(token)).find((one) => one.email === email);
  if (found === undefined) throw new Error('the invitation is not listed');
  return found;
}

const accept = (token: string, name = 'Mia') => ask(undefined, 'POST /api/invitations/accept', { token, name, password: PASSWORD });

async function signedIn(email: string): Promise<string> {
  return ((await ask(undefined, 'POST /signin', { email, password: PASSWORD })).body as { jwtToken?: string }).jwtToken ?? '';
}

/** Resolves when so many wait for locks. */
const waiting = (count: number) =>
  until(async () => {
    const { rows } = await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(db);
    return rows.length >= count ? true : undefined;
  }, `${count} to wait`);

const codes = (answers: { status: number; body: Record<string, unknown> }[]) =>
  answers.map(({ status, body }) => (status === 200 ? 'done' : String(body['code']))).toSorted();

describe('an invitation', () => {
  it('makes its user when it is accepted, once, whoever comes at once', async () => {
    const { orgId, root, serviceId } = await organization();
    const { email, token } = await invited(root.token, 'service_editor', { serviceIds: [serviceId] });
    const before = await ask(root.token, 'GET /org-users');
    expect(before.body).toEqual({
      Id: orgId,
      orgUsers: [
        expect.objectContaining({ userId: root.userId, email: root.email, roleType: 'root', status: 'ACTIVE' }),
        {
          userId: expect.any(String),
          email,
          name: '',
          roleType: 'service_editor',
          status: 'INVITED',
          serviceIds: [serviceId],
          invitedAt: expect.any(String),
        },
      ],
    });
    const both = await Promise.all([accept(token), accept(token)]);
    expect(codes(both)).toEqual(['done', 'invalid-invitation']);
    const session = await signedIn(email.toUpperCase());
    expect((await ask(session, 'GET /user')).body).toMatchObject({ email, name: 'Mia', roleType: 'service_editor', orgId });
    expect(await identity.authenticate(session)).toMatchObject({ grants: [{ serviceId, role: 'service_editor' }] });
    expect([(await accept(token)).body['code'], await invitations(root.token)]).toEqual(['invalid-invitation', []]);
  });

  it('is refused where it is over, taken back, replaced, or not ours', async () => {
    const { root } = await organization();
    const over = await invited(root.token, 'reader');
    await sql`update invitations set expires_at = now() where id = ${over.id}`.execute(db);
    const taken = await invited(root.token, 'reader');
    expect((await ask(root.token, `DELETE /api/invitations/${taken.id}`)).status).toBe(204);
    expect((await ask(root.token, `DELETE /api/invitations/${taken.id}`)).status).toBe(404);
    const replaced = await invited(root.token, 'reader');
    expect((await ask(root.token, 'POST /invite-user', { email: replaced.email, roleType: 'editor' })).status).toBe(200);
    const revoked = await invited(root.token, 'reader');
    expect((await ask(root.token, 'DELETE /revoke-user-role', { email: revoked.email, roleType: 'reader' })).status).toBe(200);
    const forged = `${replaced.id}.${'A'.repeat(43)}`;
    for (const token of [over.token, taken.token, replaced.token, revoked.token, forged, 'nonsense'])
      expect([token, (await accept(token)).body['code']]).toEqual([token, 'invalid-invitation']);
    // The address of the one that is over can be invited again.
    expect((await ask(root.token, 'POST /invite-user', { email: over.email, roleType: 'reader' })).status).toBe(200);
  });

  it('is mailed once, with its token, to whom it is for; another role is another invitation', async () => {
    const { orgId, root } = await organization();
    const admin = await person(db, identity, { orgId, roleType: 'admin' });
    const { email, id, token } = await invited(root.token, 'reader');
    await sql`update invitations set expires_at = now() + interval '1 hour' where id = ${id}`.execute(db);
    const again = () => ask(root.token, 'POST /invite-user', { email, roleType: 'reader' });
    await Promise.all([again(), again()]);
    const [same] = await invitations(root.token);
    expect(same).toMatchObject({ id, token });
    const { rows } = await sql<{ isLong: boolean }>`
      select expires_at > now() + interval '6 days' as "isLong" from invitations where id = ${id}`.execute(db);
    expect(rows).toEqual([{ isLong: true }]);
    const mails = async () => {
      const { rows: found } = await sql<{ id: string; letter: string; sealedPayload: Buffer; audience: string }>`
        select id, letter, sealed_payload as "sealedPayload", audience from mails where recipient = ${email} order by created_at, id`.execute(
        db,
      );
      return found.map((row) => ({ audience: row.audience, ...openLetter(sealing, row) }));
    };
    const letter = (given: string, role: string) => ({
      audience: 'provider',
      type: 'InvitePerson',
      payload: { token: given, inviting_user_name: `Name of ${root.userId}`, role },
    });
    expect(await mails()).toEqual([letter(token, 'reader')]);
    expect((await ask(admin.token, 'POST /invite-user', { email, roleType: 'editor' })).status).toBe(200);
    const [other] = await invitations(root.token);
    expect((await mails())[1]).toEqual({
      ...letter(other?.token ?? '', 'editor'),
      payload: { ...letter(other?.token ?? '', 'editor').payload, inviting_user_name: `Name of ${admin.userId}` },
    });
    expect((await accept(token)).body['code']).toBe('invalid-invitation');
    expect((await accept(other?.token ?? '')).status).toBe(200);
    const { rows: events } = await sql`select kind, payload->>'role' as role from events where payload->>'orgId' = ${orgId}
      and kind = 'person-invited' order by id`.execute(db);
    expect(events).toEqual([
      { kind: 'person-invited', role: 'reader' },
      { kind: 'person-invited', role: 'editor' },
    ]);
  });

  it('that is taken back, replaced or accepted before its mail goes out is mailed to nobody', async () => {
    const { root } = await organization();
    const mailsTo = async (email: string) =>
      (
        await sql<{ status: string; message: string }>`
          select status, message from mails where recipient = ${email} order by created_at, id`.execute(db)
      ).rows;
    const back = { status: 'WITHDRAWN', message: 'the invitation was taken back' };
    const waits = { status: 'WAITING', message: '' };
    const other = await invited(root.token, 'reader');
    const taken = await invited(root.token, 'reader');
    expect((await ask(root.token, `DELETE /api/invitations/${taken.id}`)).status).toBe(204);
    const revoked = await invited(root.token, 'reader');
    expect((await ask(root.token, 'DELETE /revoke-user-role', { email: revoked.email, roleType: 'reader' })).status).toBe(200);
    const replaced = await invited(root.token, 'reader');
    expect((await ask(root.token, 'POST /invite-user', { email: replaced.email, roleType: 'editor' })).status).toBe(200);
    const accepted = await invited(root.token, 'reader');
    expect((await accept(accepted.token)).status).toBe(200);
    expect(await Promise.all([taken, revoked, replaced, accepted, other].map(({ email }) => mailsTo(email)))).toEqual([
      [back],
      [back],
      [back, waits],
      [{ status: 'WITHDRAWN', message: 'the invitation was accepted before' }],
      [waits],
    ]);
    // Nobody fills a mailbox by taking back and inviting anew.
    for (let times = 0; times < 6; times += 1) {
      const again = await ask(root.token, 'POST /invite-user', { email: taken.email, roleType: 'reader' });
      expect(again.status).toBe(200);
      await ask(root.token, 'DELETE /revoke-user-role', { email: taken.email, roleType: 'reader' });
    }
    expect((await mailsTo(taken.email)).filter(({ status }) => status === 'WITHDRAWN')).toHaveLength(5);
  });

  it('keeps nothing of its token in the database', async () => {
    const { root } = await organization();
    const { token } = await invited(root.token, 'reader');
    const { rows } = await sql<{ text: string }>`
      select to_jsonb(i)::text as text from invitations i union all select to_jsonb(m)::text from mails m`.execute(db);
    expect(rows.map(({ text }) => text).join()).not.toContain(token.split('.')[1]);
  });

  it.each([
    ['no address', { email: 'mia', roleType: 'reader' }, 'invalid-email'],
    ['a look-alike', { email: 'm\u0456a@example.com', roleType: 'reader' }, 'invalid-email'],
    ['an unknown role', { email: 'mia@example.com', roleType: 'emperor' }, 'invalid-enum-value'],
    ['a role for products without products', { email: 'mia@example.com', roleType: 'service_reader' }, 'products-needed'],
    ['products that are not there', { email: 'mia@example.com', roleType: 'service_reader', serviceIds: ['s-other'] }, 'service-not-found'],
    ['products of a role for all', { email: 'mia@example.com', roleType: 'reader', serviceIds: ['s-1'] }, 'products-not-allowed'],
  ])('is refused with %s', async (_, body, code) => {
    const { root } = await organization();
    expect((await ask(root.token, 'POST /invite-user', body)).body['code']).toBe(code);
  });

  it('is not made for somebody who is in, and does not take the address of somebody else', async () => {
    const [mine, theirs] = [await organization(), await organization()];
    expect((await ask(mine.root.token, 'POST /invite-user', { email: mine.root.email, roleType: 'reader' })).body['code']).toBe(
      'already-a-member',
    );
    expect((await ask(mine.root.token, 'POST /invite-user', { email: theirs.root.email, roleType: 'reader' })).status).toBe(200);
    const [{ token } = { token: '' }] = await invitations(mine.root.token);
    expect((await accept(token)).body['code']).toBe('address-taken');
    expect((await ask(theirs.root.token, 'GET /user')).body).toMatchObject({ orgId: theirs.orgId, roleType: 'root' });
  });
});

describe('roles', () => {
  it('are changed, of invitations too, and looked at in the own organization only', async () => {
    const [{ orgId, root, serviceId }, other] = [await organization(), await organization()];
    const mia = await person(db, identity, { orgId, roleType: 'editor' });
    expect((await ask(other.root.token, 'POST /change-user-role', { email: mia.email, newRoleType: 'reader' })).status).toBe(404);
    expect(
      (await ask(root.token, 'POST /change-user-role', { email: mia.email, newRoleType: 'service_reader', serviceIds: [serviceId] }))
        .status,
    ).toBe(200);
    expect(await identity.authenticate(mia.token)).toMatchObject({
      roleType: 'service_reader',
      grants: [{ serviceId, role: 'service_reader' }],
    });
    expect((await ask(root.token, 'POST /change-user-role', { email: mia.email, newRoleType: 'reader' })).status).toBe(200);
    expect(await identity.authenticate(mia.token)).toMatchObject({ roleType: 'reader', grants: [] });
    const { email, token } = await invited(root.token, 'editor');
    expect((await ask(root.token, 'POST /change-user-role', { email, newRoleType: 'reader' })).status).toBe(200);
    await accept(token);
    expect((await ask(await signedIn(email), 'GET /user')).body).toMatchObject({ roleType: 'reader' });
  });

  it('that are lowered, or taken, while the invitation is accepted are so for whoever came in', async () => {
    const { root } = await organization();
    for (const [method, lower] of [
      ['POST /change-user-role', { newRoleType: 'reader' }],
      ['DELETE /revoke-user-role', { roleType: 'admin' }],
    ] as const) {
      const { email, token } = await invited(root.token, 'admin');
      // The acceptance comes first, and both before either is through.
      const begun = await transaction(db, async (tx) => {
        await sql`select 1 from invitations where email = ${email} for update`.execute(tx);
        const accepting = accept(token);
        await waiting(1);
        const lowering = ask(root.token, method, { email, ...lower });
        await waiting(2);
        return { accepting, lowering };
      });
      const [accepted, lowered] = [await begun.accepting, await begun.lowering];
      expect(lowered.status).toBe(200);
      const session = accepted.status === 200 ? await signedIn(email) : '';
      const { body } = await ask(session, 'GET /user');
      expect(body['roleType']).toBe(session === '' ? undefined : 'reader');
    }
  });

  it('of a root are given, changed and taken by a root only, and by no API key', async () => {
    const { orgId, root } = await organization();
    const admin = await person(db, identity, { orgId, roleType: 'admin' });
    const second = await person(db, identity, { orgId, roleType: 'root' });
    const pending = await invited(root.token, 'root');
    const { key } = await keyOf(db, root.userId, 'admin');
    const byKey = ((await ask(undefined, 'POST /signin', { email: API_KEY_EMAIL, password: key })).body as { jwtToken: string }).jwtToken;
    for (const token of [admin.token, byKey]) {
      const tried = [
        await ask(token, 'POST /invite-user', { email: newEmail(), roleType: 'root' }),
        await ask(token, 'POST /invite-user', { email: pending.email, roleType: 'reader' }),
        await ask(token, 'POST /change-user-role', { email: admin.email, newRoleType: 'root' }),
        await ask(token, 'POST /change-user-role', { email: second.email, newRoleType: 'reader' }),
        await ask(token, 'POST /change-user-role', { email: pending.email, newRoleType: 'reader' }),
        await ask(token, 'DELETE /revoke-user-role', { email: second.email, roleType: 'root' }),
        await ask(token, `DELETE /api/invitations/${pending.id}`),
      ];
      expect(tried.map(({ body }) => body['code'])).toEqual(tried.map(() => 'only-a-root'));
      expect(await invitations(token)).toEqual([]);
    }
    expect((await ask(root.token, 'POST /change-user-role', { email: admin.email, newRoleType: 'root' })).status).toBe(200);
  });

  it('leave one root, also where two lower or remove each other at once', async () => {
    for (const [method, lower] of [
      ['POST /change-user-role', { newRoleType: 'reader' }],
      ['DELETE /revoke-user-role', { roleType: 'root' }],
    ] as const) {
      const { orgId, root } = await organization();
      const second = await person(db, identity, { orgId, roleType: 'root' });
      const [one, other] = await Promise.all([
        ask(root.token, method, { email: second.email, ...lower }),
        ask(second.token, method, { email: root.email, ...lower }),
      ]);
      const done = [one, other].filter(({ status }) => status === 200);
      expect(done).toHaveLength(1);
      const left = one.status === 200 ? root : second;
      expect((await ask(left.token, method, { email: left.email, ...lower })).body['code']).toBe('last-root');
    }
  });
});

describe('somebody who is removed', () => {
  it('is signed out with all API keys, is not listed, and may be invited back as the same user', async () => {
    const { orgId, root } = await organization();
    const { email, token } = await invited(root.token, 'editor');
    const { userId } = (await accept(token)).body as { userId: string };
    const session = await signedIn(email);
    const { key } = await keyOf(db, userId, 'reader');
    expect((await ask(root.token, 'DELETE /revoke-user-role', { email, roleType: 'reader' })).body['code']).toBe('another-role');
    expect((await ask(root.token, 'DELETE /revoke-user-role', { email, roleType: 'editor' })).status).toBe(200);
    expect((await ask(session, 'GET /user')).status).toBe(401);
    expect(await signedIn(email)).toBe('');
    expect((await ask(undefined, 'POST /signin', { email: API_KEY_EMAIL, password: key })).status).toBe(400);
    expect(JSON.stringify((await ask(root.token, 'GET /org-users')).body)).not.toContain(email);
    expect((await ask(root.token, 'DELETE /revoke-user-role', { email, roleType: 'editor' })).status).toBe(404);
    expect((await ask(root.token, 'POST /invite-user', { email, roleType: 'reader' })).status).toBe(200);
    const [again] = await invitations(root.token);
    expect((await accept(again?.token ?? '')).body).toEqual({ userId, email });
    expect((await ask(await signedIn(email), 'GET /user')).body).toMatchObject({ id: userId, orgId, roleType: 'reader' });
    // The key stays revoked.
    expect((await ask(undefined, 'POST /signin', { email: API_KEY_EMAIL, password: key })).status).toBe(400);
  });
});
