import { Client } from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { badRequest, DomainError } from '../errors.js';
import { createDoors } from '../identity/doors.js';
import { silentLogger } from '../log.js';
import { joinedMembers } from './joined-members.js';
import { sealAll } from './seal.js';
import { StrangerBudget } from './stranger-budget.js';
import { auditWorld, insertInstance, KEY } from './world.testing.js';

const { db, url } = await testDatabase({ poolSize: 20 });
const world = await auditWorld(db);
const { ask, events } = world;
beforeEach(async () => {
  await sql`truncate audit_events, audit_chains, audit_checkpoints`.execute(db);
});

const FI = '/fleet/service/s-1/environment/se-1/instance/instance-a';
const done = async () => undefined;
const tokenOf = (sub: string, sid: string) => `x.${Buffer.from(JSON.stringify({ sub, sid })).toString('base64url')}.x`;

describe('a call that changes something', () => {
  it('leaves an event: who, from where, how, on what, and what came of it', async () => {
    const app = world.app({ modifyInstance: done });
    const headers = { 'x-request-id': 'abc-1', 'user-agent': 'curl/8\u00e9' };
    const answer = await ask(app, 'p', 'PATCH', FI, { requestParams: { size: 3, password: 'hunter2' }, network_type: 'PUBLIC' }, headers);
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([200, 'abc-1']);
    const [event, ...more] = await events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      operation: 'modifyInstance',
      source: 'Maintenance',
      provider_org_id: 'org-p',
      user_id: 'user-p',
      user_name: 'Paul',
      org_id: 'org-p',
      org_name: 'Provider',
      role: 'root',
      auth_method: 'PASSWORD',
      session_id: 'session-p',
      by_provider: true,
      user_agent: 'curl/8?',
      correlation_id: 'abc-1',
      service_id: 's-1',
      environment_id: 'se-1',
      plan_id: 'pt-1',
      instance_id: 'instance-a',
      subscription_id: 'sub-a',
      tenant_org_id: 'org-a',
      outcome: 'succeeded',
      http_status: 200,
      code: '',
      ended_at: expect.any(Date),
    });
    expect(event?.['fields']).toEqual(expect.arrayContaining(['requestParams.size', 'requestParams.password']));
    expect(JSON.stringify(event)).not.toContain('hunter2');
  });

  it('by an API key names the key; a create names what it has made', async () => {
    const app = world.app({
      customerCreateInstance: async () => {
        await insertInstance(db, 'b', 'instance-b2');
        return { id: 'instance-b2' };
      },
    });
    const path = '/resource-instance/sp-p/postgres/v1/dev/small/small/database?subscriptionId=sub-b';
    expect(await ask(app, 'b', 'POST', path, { requestParams: {} })).toMatchObject({ status: 202 });
    expect(await events()).toMatchObject([
      {
        operation: 'customerCreateInstance',
        source: 'Customer',
        by_provider: false,
        auth_method: 'API_KEY',
        api_key_id: 'apikey-b',
        instance_id: 'instance-b2',
        subscription_id: 'sub-b',
        plan_id: 'pt-1',
        outcome: 'succeeded',
      },
    ]);
  });

  it('that is refused leaves one with status and code, by its role, its content or its handler', async () => {
    const refuse = async (): Promise<never> => {
      throw new DomainError('invalid_state', 'not-now', 'Not now.');
    };
    const app = world.app({ stopInstance: refuse, customerStopInstance: refuse });
    expect(await ask(app, 'a', 'POST', `${FI}/stop`, {})).toMatchObject({ status: 403 });
    expect(await ask(app, 'p', 'POST', '/api/workflows/r-1/breakpoints', { at: '' })).toMatchObject({ status: 400 });
    expect(await ask(app, 'p', 'POST', `${FI}/stop`, {})).toMatchObject({ status: 409 });
    expect(await events()).toMatchObject([
      { operation: 'stopInstance', user_id: 'user-a', outcome: 'refused', http_status: 403, code: 'provider-only' },
      { operation: 'addBreakpoint', user_id: 'user-p', outcome: 'refused', http_status: 400, code: 'missing-field' },
      { operation: 'stopInstance', user_id: 'user-p', outcome: 'refused', http_status: 409, code: 'not-now', instance_id: 'instance-a' },
    ]);
  });

  it('that fails inside, or whose client has gone, is not said to be refused', async () => {
    const app = world.app({ stopInstance: () => Promise.reject(new Error('inside')) });
    await ask(app, 'p', 'POST', `${FI}/stop`, {});
    expect(await events()).toMatchObject([{ outcome: 'failed', http_status: 500, code: 'internal-error' }]);
  });

  it('and names what its sender does not reach is of nobody’s subscription', async () => {
    const app = world.app({ modifyInstance: () => Promise.reject(badRequest('no', 'No.')) });
    await ask(app, 'o', 'PATCH', FI, {});
    expect(await events()).toMatchObject([
      { provider_org_id: 'org-other', instance_id: 'instance-a', subscription_id: '', tenant_org_id: '' },
    ]);
  });

  it('is of the product and environment of the subscription or plan that it names, where its sender reaches them', async () => {
    const app = world.app({ customerUnsubscribe: done, deleteProductTier: done });
    await ask(app, 'a', 'DELETE', '/subscription/sub-a');
    await ask(app, 'b', 'DELETE', '/subscription/sub-a');
    await ask(app, 'p', 'DELETE', '/service/s-1/product-tier/pt-1');
    await ask(app, 'o', 'DELETE', '/service/s-2/product-tier/pt-1');
    const place = (service_id: string, environment_id: string) => ({ service_id, environment_id });
    expect(await events()).toMatchObject([
      { ...place('s-1', 'se-1'), subscription_id: 'sub-a', plan_id: 'pt-1' },
      { ...place('', ''), subscription_id: '', plan_id: '' },
      { ...place('s-1', 'se-1'), plan_id: 'pt-1' },
      { ...place('s-2', ''), plan_id: 'pt-1' },
    ]);
  });

  it('without a token, a read, and a search that is sent as POST leave none', async () => {
    const app = world.app({ searchInventory: async () => ({}), listServices: async () => ({}) as never });
    expect(await ask(app, undefined, 'POST', `${FI}/stop`, {})).toMatchObject({ status: 401 });
    expect(await ask(app, 'p', 'POST', '/fleet/search-inventory', { query: 'x' })).toMatchObject({ status: 200 });
    expect(await ask(app, 'p', 'GET', '/service')).toMatchObject({ status: 200 });
    expect(await events()).toEqual([]);
  });

  it('is in the trail before anything of it is done, so that no kill leaves an effect without an event', async () => {
    let seen: unknown[] = [];
    const app = world.app({
      stopInstance: async () => {
        seen = await events();
        // As a process that is killed here: nothing after this is done.
        await sql`alter table audit_events add constraint killed check (outcome is null)`.execute(db);
        return undefined;
      },
    });
    expect(await ask(app, 'p', 'POST', `${FI}/stop`, {})).toMatchObject({ status: 200 });
    await sql`alter table audit_events drop constraint killed`.execute(db);
    expect(seen).toMatchObject([{ operation: 'stopInstance', instance_id: 'instance-a', outcome: null, ended_at: null }]);
    await sealAll({ db, key: KEY });
    expect(await events()).toMatchObject([{ outcome: null, position: null }]);
    await sealAll({ db, key: KEY }, { lostAfterS: 0 });
    expect(await events()).toMatchObject([{ outcome: 'unknown', position: 1, operation: 'stopInstance', user_id: 'user-p' }]);
  });

  it('is not begun if it cannot be recorded', async () => {
    let reached = false;
    const app = world.app({ stopInstance: async () => void (reached = true) });
    await sql`alter table audit_events add constraint full_disk check (false) not valid`.execute(db);
    const { status } = await ask(app, 'p', 'POST', `${FI}/stop`, {});
    await sql`alter table audit_events drop constraint full_disk`.execute(db);
    expect([status >= 500, reached]).toEqual([true, false]);
  });

  it('that ends after it was given up for lost has a second event', async () => {
    const app = world.app({ stopInstance: () => sealAll({ db, key: KEY }, { lostAfterS: 0 }) });
    await ask(app, 'p', 'POST', `${FI}/stop`, {});
    const [first, second] = await events();
    expect(first).toMatchObject({ outcome: 'unknown', position: 1 });
    expect(second).toMatchObject({ outcome: 'succeeded', position: null, targets: [`begunBy=${String(first?.['id'])}`] });
  });

  it('costs two statements, and a read none', async () => {
    const { statements, db: counted, close } = await countStatements();
    const app = world.app({ stopInstance: done, listServices: async () => ({}) as never }, {}, { db: counted });
    await ask(app, 'p', 'POST', `${FI}/stop`, {});
    statements.length = 0;
    await ask(app, 'p', 'POST', `${FI}/stop`, {});
    await ask(app, 'p', 'GET', '/service');
    await close();
    expect(statements.map((text) => text.trim().split(/\s+/)[3])).toEqual(['insert', 'update']);
  });
});

describe('a call about people', () => {
  it('names whom by their address, and the role, and nothing that is neither', async () => {
    const app = world.app({ inviteUser: done, changeUserRole: done });
    await ask(app, 'p', 'POST', '/invite-user', { email: ' Mia@Example.com ', roleType: 'ADMIN' });
    await ask(app, 'p', 'POST', '/change-user-role', { email: 'no address', newRoleType: 'emperor' });
    expect(await events()).toMatchObject([
      { operation: 'inviteUser', targets: ['email=mia@example.com', 'roleType=admin'] },
      { operation: 'changeUserRole', targets: [] },
    ]);
  });

  it('is not needed for somebody to join a subscription: that is an event of its own, once', async () => {
    const payload = { userId: 'user-b', role: 'editor' };
    const event = { position: 7, kind: 'member-joined', version: 1, subject: 'sub-a', payload, at: new Date() };
    for (let time = 0; time < 2; time += 1) await transaction(db, (tx) => joinedMembers.handle(tx, event));
    expect(await events()).toMatchObject([
      {
        operation: 'member-joined',
        source: 'Customer',
        provider_org_id: 'org-p',
        user_id: 'user-b',
        org_id: 'org-b',
        subscription_id: 'sub-a',
        tenant_org_id: 'org-a',
        service_id: 's-1',
        environment_id: 'se-1',
        plan_id: 'pt-1',
        targets: ['roleType=editor'],
        outcome: 'succeeded',
      },
    ]);
    const seen = (await ask(world.app(), 'a', 'GET', '/resource-instance/audit-events')).body as { events: { message: string }[] };
    expect(seen.events.map(({ message }) => message)).toEqual(['Join a subscription, as invited: succeeded']);
  });

  it('that makes a user is theirs', async () => {
    const app = world.app({ acceptInvitation: async () => ({ userId: 'user-o', email: 'olga@o.example' }) });
    await ask(app, undefined, 'POST', '/api/invitations/accept', { token: 't', name: 'Olga', password: 'a long password' });
    expect(await events()).toMatchObject([
      {
        operation: 'acceptInvitation',
        provider_org_id: 'org-other',
        user_id: 'user-o',
        auth_method: '',
        session_id: '',
        outcome: 'succeeded',
      },
    ]);
  });
});

describe('a sign-in', () => {
  const body = { email: 'Anna@a.example', password: 'correct horse' };
  it('leaves an event with whom it has signed in, and how', async () => {
    const app = world.app({ signin: async () => ({ jwtToken: tokenOf('user-a', 'session-a'), refreshToken: 'r-e-f-r-e-s-h' }) });
    expect(await ask(app, undefined, 'POST', '/signin', body)).toMatchObject({ status: 200 });
    expect(await events()).toMatchObject([
      {
        operation: 'signin',
        user_id: 'user-a',
        user_name: 'Anna',
        org_id: 'org-a',
        auth_method: 'PASSWORD',
        session_id: 'session-a',
        outcome: 'succeeded',
        provider_org_id: 'org-p',
        by_provider: false,
      },
    ]);
    expect(JSON.stringify(await events())).not.toMatch(/correct horse|r-e-f-r-e-s-h/);
  });

  it('that is refused leaves one with the user whose address it gave, and nothing of an address that nobody has', async () => {
    const app = world.app({ signin: () => Promise.reject(badRequest('wrong-credentials', 'wrong user email or password')) });
    await ask(app, undefined, 'POST', '/signin', body);
    await ask(app, undefined, 'POST', '/signin', { email: 'my-password-by-mistake', password: 'x' });
    const found = await events();
    expect(found).toMatchObject([
      { user_id: 'user-a', auth_method: '', session_id: '', outcome: 'refused', code: 'wrong-credentials' },
      { user_id: '', auth_method: '', outcome: 'refused', code: 'wrong-credentials', provider_org_id: 'org-p' },
    ]);
    expect(JSON.stringify(found)).not.toContain('my-password-by-mistake');
  });

  it('through a portal is one of whom it has signed in, or of the customer whose address it gave, and names the portal', async () => {
    await sql`insert into users (id, org_id, email, name, password_hash, role_type) values ('user-p2', 'org-p', 'anna@a.example', 'Anna P', 'x', 'reader')
      on conflict do nothing`.execute(db);
    const app = world.app({
      customerSignin: async ({ body: { password } }) => {
        if (password !== 'right') throw badRequest('wrong-credentials', 'wrong user email or password');
        return { jwtToken: tokenOf('user-a', 'session-a'), refreshToken: 'r-e-f-r-e-s-h' };
      },
    });
    const through = (email: string, password: string) => ask(app, 'p', 'POST', '/customer-user-signin', { email, password });
    expect(await through('Anna@a.example', 'right')).toMatchObject({ status: 200 });
    expect(await through('anna@a.example', 'wrong')).toMatchObject({ status: 400 });
    expect(await through('my-password@by.mistake', 'wrong')).toMatchObject({ status: 400 });
    await sql`delete from users where id = 'user-p2'`.execute(db);
    const found = await events();
    const portal = { operation: 'customerSignin', provider_org_id: 'org-p', targets: ['portalUserId=user-p'], by_provider: false };
    expect(found).toMatchObject([
      { ...portal, user_id: 'user-a', auth_method: 'PASSWORD', session_id: 'session-a', outcome: 'succeeded' },
      { ...portal, user_id: 'user-a', auth_method: '', session_id: '', outcome: 'refused' },
      { ...portal, user_id: '', auth_method: '', session_id: '', outcome: 'refused' },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/r-e-f-r-e-s-h|by\.mistake|wrong user/);
  });

  it('whose second step is refused leaves one with whose it was, which nobody has shown', async () => {
    const refused = new DomainError('auth_failure', 'wrong-code', 'The code is wrong.', [], { userId: 'user-a' });
    const app = world.app({ finishSignIn: () => Promise.reject(refused) });
    const answer = await ask(app, undefined, 'POST', '/api/sign-in/finish', { challenge: 'c-h-a-l-l-e-n-g-e', code: '123456' });
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([401, expect.not.stringContaining('user-a')]);
    const found = await events();
    expect(found).toMatchObject([{ operation: 'finishSignIn', user_id: 'user-a', auth_method: '', session_id: '', code: 'wrong-code' }]);
    expect(JSON.stringify(found)).not.toMatch(/c-h-a-l-l|123456/);
  });

  it('from an address that sends too many is kept up to a limit', async () => {
    const refused = () => Promise.reject(badRequest('wrong-credentials', 'wrong user email or password'));
    const app = world.app({ signin: refused }, {}, { strangers: new StrangerBudget(() => 0, 3), doors: createDoors() });
    for (let time = 0; time < 10; time += 1) await ask(app, undefined, 'POST', '/signin', body);
    expect(await events()).toHaveLength(3);
  });
});

/** A pool of its own, and what it sends. */
async function countStatements() {
  const statements: string[] = [];
  const own = Object.getOwnPropertyDescriptor(Client.prototype, 'query') as PropertyDescriptor;
  const send = own.value as (...args: unknown[]) => unknown;
  const counted = function (this: unknown, ...args: unknown[]) {
    const [config] = args;
    statements.push(typeof config === 'string' ? config : (config as { text: string }).text);
    return send.apply(this, args);
  };
  Object.defineProperty(Client.prototype, 'query', { ...own, value: counted });
  const opened = await openDatabase({ url }, { log: silentLogger });
  return {
    statements,
    db: opened.db,
    close: async () => {
      Object.defineProperty(Client.prototype, 'query', own);
      await opened.close();
    },
  };
}
