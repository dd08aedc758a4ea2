/** Several who want one address at once: one gets it, whatever its letter case, and nothing of the others is left. */
import { expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { newId } from '../identifier.js';
import { peopleApp, person } from '../people.testing.js';
import { testCustomers } from './customers.testing.js';

const { db } = await testDatabase({ poolSize: 20 });
const { handlers, request, signUpBody, tokenTo, signIn } = await testCustomers(db);

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

/** Accounts of an address, and organizations that nobody is in. */
async function counted(email: string) {
  const { rows } = await sql<{ users: number; empty: number }>`
    select (select count(*)::int from users where lower(email) = lower(${email})) as users,
      (select count(*)::int from organizations o where o.provider_org_id is not null
        and not exists (select 1 from users u where u.org_id = o.id)) as empty`.execute(db);
  return rows[0];
}

it('sign-ups in different letter case are one account', async () => {
  const spellings = ['twin@example.com', 'Twin@Example.com', ' TWIN@EXAMPLE.COM ', 'tWiN@example.COM'];
  await Promise.all(spellings.map((email) => handlers.customerSignup(request({ body: signUpBody(email) }))));
  expect(await counted('twin@example.com')).toEqual({ users: 1, empty: 0 });
});

it.each([
  ['a long s', 'ro\u017fe@example.com'],
  ['a Kelvin sign', 'jac\u212a@example.com'],
  ['a dotted capital I', 'M\u0130A@example.com'],
  ['a full-width letter', '\uff41da@example.com'],
  ['a combining accent', 'rene\u0301@example.com'],
  ['a zero-width blank', 'a\u200bda@example.com'],
  ['a domain in Unicode', 'ada@ex\u00e4mple.com'],
])('an address with %s is refused, and is nobody else’s', async (_, email) => {
  await expect(handlers.customerSignup(request({ body: signUpBody(email) }))).rejects.toMatchObject({ details: [{ field: 'email' }] });
  await expect(handlers.customerResetPassword(request({ body: { email } }))).rejects.toMatchObject({ details: [{ field: 'email' }] });
});

it('of a customer’s own sign-up and two of the provider for them one makes the account', async () => {
  const create = (email: string) =>
    handlers.createConsumptionUser(
      request({ body: { name: 'Both', legalCompanyName: 'Both', email, password: 'a long password', enableAutoVerification: true } }),
    );
  const outcomes = await Promise.all([
    codeOf(create('both@example.com')),
    codeOf(handlers.customerSignup(request({ body: signUpBody('BOTH@example.com') }))),
    codeOf(create('Both@Example.com')),
  ]);
  // A sign-up answers the same whatever is there.
  expect(outcomes[1]).toBe('done');
  expect([outcomes[0], outcomes[2]].filter((one) => one === 'done').length).toBeLessThanOrEqual(1);
  expect(await counted('both@example.com')).toEqual({ users: 1, empty: 0 });
});

it('of a customer’s answer to the mail and the provider’s confirmation each may come first', async () => {
  await handlers.customerSignup(request({ body: signUpBody('confirm@example.com') }));
  const token = await tokenTo('confirm@example.com', 'CustomerSignUp');
  const { rows } = await sql<{ id: string }>`select id from users where email = 'confirm@example.com'`.execute(db);
  const outcomes = await Promise.all([
    codeOf(handlers.validateToken(request({ body: { email: 'confirm@example.com', token } }))),
    codeOf(handlers.verifyUser(request({ params: { userId: rows[0]?.id ?? '' } }))),
  ]);
  expect(outcomes[1]).toBe('done');
  expect(['done', 'invalid-token']).toContain(outcomes[0]);
  expect(await codeOf(signIn('confirm@example.com', 'a long password'))).toBe('done');
});

it('invitations of two providers to one address, accepted at once, are one user', async () => {
  const { identity, ask } = peopleApp(db);
  const email = `${newId('mail').toLowerCase()}@example.com`;
  const tokens: string[] = [];
  for (let count = 0; count < 2; count += 1) {
    const orgId = newId('org');
    await sql`insert into organizations (id, name, service_provider_id) values (${orgId}, ${orgId}, ${`sp-${orgId}`})`.execute(db);
    const root = await person(db, identity, { orgId, roleType: 'root' });
    const spelling = count === 0 ? email : email.toUpperCase();
    // The same invitation twice at once is one.
    const invited = await Promise.all(
      [spelling, email].map((one) => ask(root.token, 'POST /invite-user', { email: one, roleType: 'reader' })),
    );
    expect(invited.map(({ status }) => status)).toContain(200);
    const { invitations } = (await ask(root.token, 'GET /api/invitations')).body as { invitations: { email: string; token: string }[] };
    expect(invitations.map((one) => one.email)).toEqual([email]);
    tokens.push(invitations[0]?.token ?? '');
  }
  const accepted = await Promise.all(
    tokens.map((token) => ask(undefined, 'POST /api/invitations/accept', { token, name: 'Mia', password: 'a long password' })),
  );
  expect(accepted.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(accepted.find(({ status }) => status !== 200)?.body).toMatchObject({ code: 'address-taken' });
  expect(await counted(email)).toMatchObject({ users: 1 });
});
