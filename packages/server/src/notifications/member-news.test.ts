/** Who is mailed what of an instance: from the event to the outbox, on a real database. */
import { randomBytes } from 'node:crypto';
import type { Caller, SubscriptionRole } from '@cellplane/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { migrate } from '../database/migrate.js';
import { testDatabase } from '../database/test-database.testing.js';
import type { EventKind, EventPayloads, StoredEvent } from '../events/event.js';
import { silentLogger } from '../log.js';
import type { Outbox } from '../mail/outbox.js';
import { writeLetter } from '../mail/letter.js';
import { distributeNews } from '../news/distribute.js';
import { newsHandlers } from '../news/handlers.js';
import { sweepNews } from '../news/news-store.js';
import { testCustomer } from '../subscriptions/customer.testing.js';
import { testOutbox } from '../subscriptions/letters.testing.js';
import { memberHandlers } from '../subscriptions/member-handlers.js';
import { openFleet } from '../upgrades/fleet.testing.js';
import { insertInstanceEvent } from '../instances/instance-event-store.js';
import { notificationFollower } from './follower.js';

const { db } = await testDatabase({ poolSize: 12 });
await migrate(db, silentLogger);
/** A custom workflow of the test's plan. */
const workflow = (verb: string, scope: string) => `
      - verb: ${verb}
        displayName: ${verb}
        description: of the test
        scope: [${scope}]
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: repaired`;
const fleet = await openFleet(db, `    customWorkflows:${workflow('repair', 'fleet, customer')}${workflow('inspect', 'fleet')}\n`);
const provider = fleet.caller;
const { outbox, lettersTo } = testOutbox(db);
const handlers = newsHandlers({ db });
const follower = notificationFollower();

let turn = 0;
let position = 0;
let anna: Caller;
let instance: string;
let subscription: string;
beforeEach(async () => {
  turn += 1;
  anna = await testCustomer(db, { name: `anna${turn}`, provider, plans: [fleet.plan.planId] });
  subscription = `sub-anna${turn}0`;
  [instance = ''] = await fleet.add(1);
  await sql`update instances set subscription_id = ${subscription}, org_id = ${anna.orgId}, tags = '[{"key": "Name", "value": "orders-db"}]'
    where id = ${instance}`.execute(db);
});
afterEach(async () => {
  await sql`delete from member_news`.execute(db);
  await sql`delete from mails`.execute(db);
});

/** The follower reads an event. */
function heard<K extends EventKind>(kind: K, payload: EventPayloads[K], subject = instance): Promise<StoredEvent> {
  position += 1;
  const event: StoredEvent = { position, subject, kind, version: 1, payload, at: new Date() };
  return transaction(db, async (tx) => {
    await follower.handle(tx, event);
    return event;
  });
}
const turnOf = (by: Outbox = outbox) => distributeNews({ db, outbox: by, log: silentLogger });

/** An operation has ended. */
async function ended(operation: string, outcome: 'succeeded' | 'failed' | 'cancelled', message = '', data: object = {}) {
  const operationId = `op-${turn}-${randomBytes(4).toString('hex')}`;
  await sql`insert into operations (id, instance_id, kind, status, requested_by, message, data, next_steps)
    values (${operationId}, ${instance}, ${operation}, ${outcome}, 'user-1', ${message}, ${JSON.stringify(data)}, '[]')`.execute(db);
  return heard('operation-ended', { operationId, operation, outcome });
}
const fails = () => ended('create', 'failed', 'no image for the version');

/** A member of the subscription, of an organization of their own. */
async function member(name: string, role: SubscriptionRole): Promise<Caller> {
  const caller = await testCustomer(db, { name: `${name}${turn}`, provider });
  await sql`insert into subscription_members (subscription_id, user_id, role_type) values (${subscription}, ${caller.userId}, ${role})`.execute(
    db,
  );
  return caller;
}
const typesTo = async ({ email }: Caller) => (await lettersTo(email)).map(({ type }) => type);
const textTo = async ({ email }: Caller, portalUrl?: string) => {
  const [letter] = await lettersTo(email);
  return letter === undefined ? undefined : writeLetter(letter, { recipient: email, providerName: 'Acme', portalUrl });
};
const set = (caller: Caller, category: string, email: boolean, subscriptionId?: string) =>
  handlers.setNotificationPreference({
    params: { category },
    query: {},
    body: { email, ...(subscriptionId === undefined ? {} : { subscriptionId }) },
    caller,
  });
const codeOf = (work: Promise<unknown>) => work.then(() => 'done').catch((error: { code: string }) => error.code);

describe('what is mailed', () => {
  it('a create that failed says so, why, where to look, and how to hear less', async () => {
    await fails();
    await turnOf();
    const mail = await textTo(anna, 'https://portal.example');
    expect(mail?.subject).toBe('orders-db could not be created');
    expect(mail?.text).toContain(`orders-db (${instance}) of Service of`);
    expect(mail?.text).toContain('> no image for the version');
    expect(mail?.text).toContain(`https://portal.example/instances/${instance}`);
    expect(mail?.text).toContain('https://portal.example/account/notifications');
    expect((await textTo(anna))?.text).toContain(`cellplane instance describe ${instance}`);
  });

  it('nothing of a workflow that is the provider’s alone', async () => {
    await set(anna, 'completed', true);
    for (const outcome of ['failed', 'succeeded'] as const)
      await ended('custom', outcome, 'a disk is broken', { verb: 'inspect', name: 'Inspect' });
    await ended('custom', 'succeeded', '', { verb: 'repair', name: 'Repair' });
    await turnOf();
    expect(await typesTo(anna)).toEqual(['InstanceOperationSucceeded']);
    expect((await textTo(anna))?.text).not.toContain('Inspect');
  });

  it.each([
    ['modify', 'orders-db could not be changed'],
    ['restore', 'orders-db could not be restored'],
    ['upgrade', 'orders-db could not be upgraded'],
    ['delete', 'orders-db could not be deleted'],
    ['custom', 'orders-db could not do "Repair the index"'],
  ])('a failed %s', async (kind, subject) => {
    await ended(kind, 'failed', 'why', kind === 'custom' ? { verb: 'repair', name: 'Repair the index' } : {});
    await turnOf();
    expect((await textTo(anna))?.subject).toBe(subject);
  });

  it('what went as it should is mailed only to whoever wants that', async () => {
    const ben = await member('ben', 'reader');
    await ended('create', 'succeeded');
    await turnOf();
    expect(await typesTo(anna)).toEqual([]);
    await set(ben, 'completed', true);
    for (const kind of ['create', 'modify', 'delete']) await ended(kind, 'succeeded');
    await turnOf();
    expect([await typesTo(anna), await typesTo(ben)]).toEqual([[], Array(3).fill('InstanceOperationSucceeded')]);
  });

  it('nothing of what somebody has ended, nor of backups twice', async () => {
    await ended('modify', 'cancelled');
    await ended('backup', 'failed');
    await heard('snapshot-failed', { snapshotId: 'snap-1', origin: 'periodic' });
    await heard('snapshot-failed', { snapshotId: 'snap-1', origin: 'final' });
    await heard('instance-noted', { type: 'DriftFound' });
    for (const type of ['CellDiffers', 'CellAgrees']) await heard('instance-noted', { type, isLoss: false });
    await turnOf();
    expect(await typesTo(anna)).toEqual([]);
  });

  it('health, backups and limits', async () => {
    await transaction(db, (tx) => insertInstanceEvent(tx, { instanceId: instance, type: 'CellDiffers', message: 'its volume is gone' }));
    await heard('instance-noted', { type: 'CellDiffers' });
    await turnOf();
    expect((await textTo(anna))?.text).toContain('> its volume is gone');
    await heard('instance-noted', { type: 'CellAgrees' });
    await heard('snapshot-failed', { snapshotId: 'snap-1', origin: 'manual' });
    await heard('instance-noted', { type: 'NoGoodBackup' });
    await heard('instance-noted', { type: 'GoodBackup' });
    await heard('quota-near', { orgId: anna.orgId, limit: 5, instances: 4 }, subscription);
    await heard('quota-reached', { orgId: anna.orgId, limit: 5, instances: 5 }, subscription);
    await turnOf();
    expect((await typesTo(anna)).toSorted()).toEqual(
      [
        'BackupFailed',
        'GoodBackupAgain',
        'InstanceHealthyAgain',
        'InstanceUnhealthy',
        'NoGoodBackup',
        'QuotaNear',
        'QuotaReached',
      ].toSorted(),
    );
    for (const letter of await lettersTo(anna.email))
      expect(writeLetter(letter, { recipient: '', providerName: 'Acme', portalUrl: 'https://p.example' }).text).toContain(
        '/account/notifications',
      );
  });

  it('an upgrade that was announced is told once, as maintenance', async () => {
    await sql`update instances set deleted_at = now() where id <> ${instance}`.execute(db);
    await fleet.create({ notifyCustomer: true });
    await fleet.turn();
    const { rows } = await sql<{ id: string }>`select operation_id as id from instance_upgrades where instance_id = ${instance}`.execute(
      db,
    );
    await heard('operation-ended', { operationId: rows[0]?.id ?? '', operation: 'upgrade', outcome: 'failed' });
    await turnOf();
    expect(await typesTo(anna)).toEqual([]);
  });

  it('names that strangers wrote stay on one line', async () => {
    await sql`update instances set tags = ${JSON.stringify([{ key: 'name', value: 'a\r\nBcc: eve@example.com\n\nhttps://evil.example' }])}
      where id = ${instance}`.execute(db);
    await fails();
    await turnOf();
    const mail = await textTo(anna, 'https://portal.example');
    expect(mail?.subject).not.toMatch(/[\r\n]/);
    expect(mail?.text).not.toMatch(/^(Bcc|https:\/\/evil)/m);
  });
});

describe('who is mailed', () => {
  it('every member of the subscription who may see the instance, and nobody else', async () => {
    const people = await Promise.all((['admin', 'editor', 'reader'] as const).map((role) => member(role, role)));
    const stranger = await testCustomer(db, { name: `eve${turn}`, provider, plans: [fleet.plan.planId] });
    await fails();
    await turnOf();
    for (const one of [anna, ...people]) expect(await typesTo(one)).toEqual(['InstanceOperationFailed']);
    expect(await typesTo(stranger)).toEqual([]);
    const { rows } = await sql<{ count: number }>`select count(*) as count from mails`.execute(db);
    expect(rows[0]?.count).toBe(4);
  });

  it.each([
    ['is suspended', sql`status = 'NOT_ENABLED'`],
    ['has not confirmed the address', sql`verified_at = null`],
    ['is gone', sql`deleted_at = now()`],
    ["is one of the provider's people", sql`provider_org_id = null`],
  ])('nobody who %s', async (_, change) => {
    await member('ben', 'editor');
    await sql`update users set ${change} where id = ${anna.userId}`.execute(db);
    await fails();
    await turnOf();
    expect(await typesTo(anna)).toEqual([]);
  });

  it('members of a suspended subscription, and of none that has ended', async () => {
    await sql`update subscriptions set status = 'SUSPENDED' where id = ${subscription}`.execute(db);
    await fails();
    await turnOf();
    expect(await typesTo(anna)).toHaveLength(1);
    await sql`update subscriptions set status = 'TERMINATED' where id = ${subscription}`.execute(db);
    await fails();
    await turnOf();
    expect(await typesTo(anna)).toHaveLength(1);
  });

  it('nobody who was removed since: not by what is announced, nor by what waits in the outbox', async () => {
    const [ben, cleo] = [await member('ben', 'admin'), await member('cleo', 'editor')];
    await sql`update organizations set provider_org_id = ${provider.orgId} where id = ${ben.orgId}`.execute(db);
    await fails();
    await sql`delete from subscription_members where user_id = ${cleo.userId}`.execute(db);
    await turnOf();
    expect([await typesTo(ben), await typesTo(cleo)]).toEqual([['InstanceOperationFailed'], []]);
    const holdings = { instances: async () => [], snapshots: async () => [] };
    await memberHandlers({ db, outbox, holdings } as never).removeSubscriptionMember({
      params: { subscriptionId: subscription },
      query: {},
      body: { email: ben.email, roleType: 'admin' },
      caller: anna,
    });
    const { rows } = await sql<{ status: string }>`
      select status from mails where recipient = ${ben.email} and letter = 'InstanceOperationFailed'`.execute(db);
    expect(rows).toEqual([{ status: 'WITHDRAWN' }]);
  });

  it('nobody who has switched it off: for all, or for this subscription, whatever is said for all', async () => {
    await set(anna, 'failures', false);
    await fails();
    await turnOf();
    expect(await typesTo(anna)).toEqual([]);
    await set(anna, 'failures', true, subscription);
    await fails();
    await turnOf();
    expect(await typesTo(anna)).toHaveLength(1);
    await set(anna, 'failures', true);
    await set(anna, 'failures', false, subscription);
    await fails();
    await turnOf();
    expect(await typesTo(anna)).toHaveLength(1);
  });

  it('at most fifty of a kind in an hour, however many instances fail at once', async () => {
    for (let n = 0; n < 55; n += 1) await ended('modify', 'failed', `failure ${n}`);
    await turnOf();
    expect(await typesTo(anna)).toHaveLength(50);
  });
});

describe('once', () => {
  it('an event that is read again, and by several at once, is mailed once', async () => {
    const event = await fails();
    await transaction(db, (tx) => follower.handle(tx, event));
    await Promise.all([turnOf(), turnOf(), turnOf()]);
    await turnOf();
    expect(await typesTo(anna)).toEqual(['InstanceOperationFailed']);
  });

  it('many members are written to in small transactions; what breaks in between leaves nobody out and writes nobody twice', async () => {
    await sql`
      insert into users (id, org_id, email, name, role_type, provider_org_id, verified_at)
      select ${`many${turn}-`} || n, ${anna.orgId}, ${`many${turn}-`} || n || '@example.com', 'M', 'root', ${provider.orgId}, now()
      from generate_series(1, 300) n`.execute(db);
    await sql`
      insert into subscription_members (subscription_id, user_id, role_type)
      select ${subscription}, ${`many${turn}-`} || n, 'reader' from generate_series(1, 300) n`.execute(db);
    await fails();
    let posts = 0;
    const broken: Outbox = {
      ...outbox,
      post: async (tx, mail) => {
        posts += 1;
        if (posts === 120) throw new Error('killed');
        return outbox.post(tx, mail);
      },
    };
    await turnOf(broken);
    const mails = async () => {
      const { rows } = await sql<{ count: number; people: number; transactions: number }>`
        select count(*) as count, count(distinct recipient) as people, count(distinct xmin::text) as transactions from mails`.execute(db);
      return rows[0];
    };
    expect(await mails()).toEqual({ count: 100, people: 100, transactions: 2 });
    // Others do not wait for it.
    await ended('modify', 'failed', 'another one');
    await sql`update member_news set due_at = now()`.execute(db);
    await Promise.all([turnOf(), turnOf()]);
    const found = await mails();
    expect(found).toMatchObject({ count: 602, people: 301 });
    expect(found?.transactions).toBeGreaterThan(10);
    expect((await sql`select 1 from member_news`.execute(db)).rows).toEqual([]);
  }, 60_000);

  it('what could not be written for a day is no news any more', async () => {
    await fails();
    await sql`update member_news set created_at = now() - interval '25 hours'`.execute(db);
    expect(await sweepNews(db, { hours: 24, limit: 10 })).toBe(1);
  });
});

describe('preferences', () => {
  const list = (caller: Caller, subscriptionId?: string) =>
    handlers.listNotificationPreferences({
      params: {},
      query: subscriptionId === undefined ? {} : { subscriptionId },
      caller,
      body: undefined,
    });
  const reset = (caller: Caller, category: string, subscriptionId?: string) =>
    handlers.resetNotificationPreference({
      params: { category },
      query: subscriptionId === undefined ? {} : { subscriptionId },
      caller,
      body: undefined,
    });
  const of = (answer: Awaited<ReturnType<typeof list>>, wanted: string) => answer.preferences.find(({ category }) => category === wanted);

  it('begin with what is safe, and say where each comes from', async () => {
    const { preferences } = await list(anna);
    expect(Object.fromEntries(preferences.map(({ category, email }) => [category, email]))).toEqual({
      failures: true,
      completed: false,
      maintenance: true,
      backups: true,
      limits: true,
      account: true,
    });
    expect(preferences.at(-1)).toMatchObject({ category: 'account', fixed: true, reason: expect.stringContaining('access') });
    await set(anna, 'completed', true);
    expect(of(await list(anna, subscription), 'completed')).toMatchObject({ email: true, setFor: 'ALL' });
    await set(anna, 'completed', false, subscription);
    expect(of(await list(anna, subscription), 'completed')).toMatchObject({ email: false, setFor: 'SUBSCRIPTION' });
    expect(of(await list(anna), 'completed')).toMatchObject({ email: true, setFor: 'ALL' });
    await reset(anna, 'completed', subscription);
    await reset(anna, 'completed', subscription);
    expect(of(await list(anna, subscription), 'completed')).toMatchObject({ email: true, setFor: 'ALL' });
    expect(of(await reset(anna, 'completed'), 'completed')).toMatchObject({ email: false, setFor: 'NOTHING' });
  });

  it('are refused where they cannot be', async () => {
    const eve = await testCustomer(db, { name: `eve${turn}`, provider });
    expect(await codeOf(set(anna, 'account', false))).toBe('category-fixed');
    expect(await codeOf(set(anna, 'toString', false))).toBe('notification-category-not-found');
    expect(await codeOf(set(eve, 'failures', false, subscription))).toBe('subscription-not-found');
    expect(await codeOf(list(eve, subscription))).toBe('subscription-not-found');
    expect(await codeOf(reset(eve, 'failures', subscription))).toBe('subscription-not-found');
    expect(await codeOf(list({ ...provider, userId: 'user-nobody' }))).toBe('customer-only');
    expect(await codeOf(set({ ...anna, apiKeyId: 'key-1', roleType: 'reader' }, 'failures', false))).toBe('role-not-allowed');
  });

  it('set at once by several stay one', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, n) => set(anna, 'failures', n % 2 === 0)));
    const { rows } = await sql`select 1 from news_preferences where user_id = ${anna.userId}`.execute(db);
    expect(rows).toHaveLength(1);
  });
});
