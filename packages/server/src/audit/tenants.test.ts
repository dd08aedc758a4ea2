import { beforeAll, describe, expect, it } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { operationEnds } from './operation-ends.js';
import { auditWorld } from './world.testing.js';

const { db } = await testDatabase({ poolSize: 20 });
const { ask, app, events } = await auditWorld(db);
const api = app({ stopInstance: async () => undefined, customerStopInstance: async () => undefined, deleteService: async () => undefined });
const customers = '/resource-instance/sp-p/postgres/v1/dev/small/small/database';
const of = (instance: string) => `/fleet/service/s-1/environment/se-1/instance/${instance}`;
const idsOf = ({ body }: { body: { events: { userId?: string; operation: string }[] } }) =>
  body.events.map(({ userId = '', operation }) => `${userId} ${operation}`).toSorted();

async function ended({ id, by, kind }: { id: string; by: string; kind: string }): Promise<void> {
  await sql`insert into operations (id, instance_id, kind, status, requested_by, message, code, run_id, step)
    values (${id}, 'instance-a', ${kind}, 'failed', ${by}, 'no room', 'no-room', 'run-1', '{}')`.execute(db);
  const payload = { operationId: id, operation: kind, outcome: 'failed' };
  const event = {
    position: Number(id.slice(3)),
    subject: 'instance-a',
    kind: 'operation-ended',
    version: 1,
    payload,
    at: new Date(),
  } as const;
  // Told twice, as after a crash.
  for (let time = 0; time < 2; time += 1) await transaction(db, (tx) => operationEnds.handle(tx, event));
}

beforeAll(async () => {
  await ask(api, 'p', 'POST', `${of('instance-a')}/stop`, {});
  await ask(api, 'a', 'POST', `${customers}/instance-a/stop`, {}, { 'x-request-id': 'anna-1' });
  await ask(api, 'b', 'POST', `${customers}/instance-b/stop`, {});
  // What is another's: it is refused by handlers, and recorded as whatever it is.
  await ask(api, 'b', 'POST', `${customers}/instance-a/stop?subscriptionId=sub-b`, {});
  await ask(api, 'o', 'DELETE', '/service/s-1');
  await ask(api, 'p', 'DELETE', '/service/s-2');
  await ended({ id: 'op-1', by: 'user-a', kind: 'stop' });
  await ended({ id: 'op-2', by: 'schedule', kind: 'stop' });
});

describe('customers', () => {
  it('see what they and the platform did to what is theirs, and nothing of others or of the provider', async () => {
    const answer = await ask(api, 'a', 'GET', '/resource-instance/audit-events');
    expect(idsOf(answer)).toEqual([' operation-ended', ' operation-ended', 'user-a customerStopInstance']);
    expect(JSON.stringify(answer.body)).not.toMatch(/user-b|user-p|instance-b|sub-b|Best|Paul/);
    expect(answer.body.events).toContainEqual(
      expect.objectContaining({
        eventSource: 'Customer',
        resourceInstanceId: 'instance-a',
        subscriptionId: 'sub-a',
        resourceName: 'db-a',
        serviceName: 'Postgres',
        servicePlanName: 'Small',
        planVersion: '1.0',
        userName: 'Anna',
        orgName: 'Acme',
        region: 'region-a',
        correlationId: 'anna-1',
      }),
    );
    expect(answer.body.events).toContainEqual(
      expect.objectContaining({ eventSource: 'Maintenance', workflowFailures: [{ eventTime: expect.any(String), message: 'no room' }] }),
    );
    expect(idsOf(await ask(api, 'a-reader', 'GET', '/resource-instance/audit-events'))).toEqual(idsOf(answer));
  });

  it('see nothing of an instance that they name and is another’s', async () => {
    const answer = await ask(api, 'b', 'GET', '/resource-instance/audit-events');
    expect(idsOf(answer)).toEqual(['user-b customerStopInstance', 'user-b customerStopInstance']);
    // Its place and name are not told.
    expect(JSON.stringify(answer.body)).not.toMatch(/region-a|db-a|sub-a/);
    expect(await ask(api, 'b', 'GET', '/resource-instance/instance-a/audit-events')).toMatchObject({ status: 404 });
    expect(idsOf(await ask(api, 'b', 'GET', '/resource-instance/audit-events?subscriptionId=sub-a'))).toEqual([]);
  });

  it('see one event of theirs, and no other', async () => {
    const all = await events();
    const idOf = (user: string) => all.find((one) => one['user_id'] === user && one['outcome'] === 'succeeded')?.['id'] as string;
    expect(await ask(api, 'a', 'GET', `/resource-instance/audit-events/${idOf('user-a')}`)).toMatchObject({ status: 200 });
    for (const user of ['user-b', 'user-p', 'user-o'])
      expect(await ask(api, 'a', 'GET', `/resource-instance/audit-events/${idOf(user)}`)).toMatchObject({ status: 404 });
    expect(await ask(api, 'a', 'GET', '/fleet/audit-events')).toMatchObject({ status: 403 });
    expect(await ask(api, 'a', 'GET', '/api/audit/verify')).toMatchObject({ status: 403 });
    expect(idsOf(await ask(api, 'a', 'GET', '/resource-instance/instance-a/audit-events'))).toHaveLength(3);
  });
});

describe('customers by plan, and by the earlier paths', () => {
  const plan = '/resource-instance/sp-p/postgres/v1/dev/small-model/small';

  it('see what is theirs of a plan, and nothing of others', async () => {
    const all = idsOf(await ask(api, 'a', 'GET', '/resource-instance/audit-events'));
    for (const path of [`${plan}/audit-events`, `${plan}/event`]) {
      const answer = await ask(api, 'a', 'GET', path);
      expect(idsOf(answer)).toEqual(all);
      expect(JSON.stringify(answer.body)).not.toMatch(/user-b|instance-b|sub-b/);
    }
    expect(idsOf(await ask(api, 'a', 'GET', `${plan}/audit-events?subscriptionId=sub-b`))).toEqual([]);
    expect(await ask(api, 'a', 'GET', `${plan.replace(/small$/, 'none')}/audit-events`)).toMatchObject({ status: 404 });
    await sql`update environments set visibility = 'PRIVATE' where id = 'se-1'`.execute(db);
    const [member, nobody] = [await ask(api, 'a', 'GET', `${plan}/audit-events`), await ask(api, 'o', 'GET', `${plan}/audit-events`)];
    await sql`update environments set visibility = 'PUBLIC' where id = 'se-1'`.execute(db);
    expect([idsOf(member), nobody.status]).toEqual([all, 404]);
  });

  it('see the same of an instance and of an event', async () => {
    const answer = await ask(api, 'a', 'GET', '/resource-instance/instance-a/event');
    expect(idsOf(answer)).toEqual(idsOf(await ask(api, 'a', 'GET', '/resource-instance/instance-a/audit-events')));
    const [first] = answer.body.events;
    expect((await ask(api, 'a', 'GET', `/resource-instance/event/${first?.id}`)).body).toEqual(first);
    expect(await ask(api, 'b', 'GET', `/resource-instance/event/${first?.id}`)).toMatchObject({ status: 404 });
    expect(await ask(api, 'b', 'GET', '/resource-instance/instance-a/event')).toMatchObject({ status: 404 });
  });
});

it('an instance is called as it was, and since when it is deleted is told, as long as its row is kept', async () => {
  await sql`update instances set tags = '[{"key":"Name","value":"  Orders "}]', deleted_at = '2030-01-31T00:00:00Z' where id = 'instance-a'`.execute(
    db,
  );
  const told = { instanceName: 'Orders', instanceDeletedAt: '2030-01-31T00:00:00.000Z' };
  const list = async (who: string, path: string) => (await ask(api, who, 'GET', path)).body.events as Record<string, unknown>[];
  for (const [who, path] of [
    ['p', '/fleet/audit-events?instanceID=instance-a&subscriptionId=sub-a'],
    ['a', '/resource-instance/audit-events'],
  ] as const) {
    const events = await list(who, path);
    expect(events.length).toBeGreaterThan(0);
    expect(events).toEqual(events.map(() => expect.objectContaining(told)));
  }
  // Whoever named it and does not reach it is not told.
  expect(JSON.stringify(await list('b', '/resource-instance/audit-events'))).not.toContain('Orders');
  await sql`update instances set tags = '[]', deleted_at = null where id = 'instance-a'`.execute(db);
});

describe('a provider', () => {
  it('sees its whole trail, and nothing of another provider’s', async () => {
    const ours = await ask(api, 'p', 'GET', '/fleet/audit-events');
    expect(idsOf(ours)).toHaveLength(7);
    expect(JSON.stringify(ours.body)).not.toMatch(/Secret product|user-o/);
    const theirs = await ask(api, 'o', 'GET', '/fleet/audit-events');
    expect(idsOf(theirs)).toEqual(['user-o deleteService']);
    expect(JSON.stringify(theirs.body)).not.toContain('Postgres');
  });

  it.each([
    ['instanceID=instance-b', 1],
    ['userId=user-b', 2],
    ['orgId=org-a', 1],
    ['subscriptionId=sub-a', 4],
    ['eventSourceTypes=Infra&eventSourceTypes=maintenance', 4],
    ['eventSourceTypes=Infra', 1],
    ['serviceID=s-2', 1],
    ['serviceID=s-1', 6],
    ['environmentID=se-1', 6],
    ['serviceID=s-2&environmentID=se-1', 0],
    ['environmentType=dev&operation=stopInstance', 1],
    ['outcome=failed', 2],
    ['correlationId=anna-1', 1],
    ['startDate=2999-01-01', 0],
    ['endDate=2000-01-01T00:00:00Z', 0],
    ['billingProvider=STRIPE', 0],
  ])('filters by %s', async (query, count) => {
    expect((await ask(api, 'p', 'GET', `/fleet/audit-events?${query}`)).body.events).toHaveLength(count);
  });

  it('reads it in pages, each event once', async () => {
    const seen: string[] = [];
    let next = '';
    do {
      const { body } = await ask(api, 'p', 'GET', `/fleet/audit-events?pageSize=2&nextPageToken=${next}`);
      seen.push(...body.ids);
      next = body.nextPageToken ?? '';
    } while (next !== '');
    expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
  });

  it('sees those of one instance, and one with all that is kept of it', async () => {
    const list = await ask(api, 'p', 'GET', `${of('instance-a')}/events`);
    expect(list.body.events.map(({ instanceId }: { instanceId: string }) => instanceId)).toEqual(list.body.ids.map(() => 'instance-a'));
    const [id] = list.body.ids;
    expect(await ask(api, 'p', 'GET', `${of('instance-a')}/event/${id}`)).toMatchObject({ status: 200, body: { id } });
    expect(await ask(api, 'p', 'GET', `${of('instance-b')}/event/${id}`)).toMatchObject({ status: 404 });
    expect(await ask(api, 'o', 'GET', `${of('instance-a')}/events`)).toMatchObject({ status: 404 });
    expect(await ask(api, 'p', 'GET', `/api/audit/events/${id}`)).toMatchObject({
      status: 200,
      body: { id, fields: [], outcome: 'failed' },
    });
    expect(await ask(api, 'o', 'GET', `/api/audit/events/${id}`)).toMatchObject({ status: 404 });
  });
});

describe('custom workflows', () => {
  it('that the provider’s people began may be theirs alone: customers see none of them, and all of their own', async () => {
    const seen = async (who: string, path: string) => (await ask(api, who, 'GET', path)).body.events as { operation: string }[];
    const count = async (who: string, path: string) =>
      (await seen(who, path)).filter(({ operation }) => operation === 'operation-ended').length;
    const [portal, fleet] = ['/resource-instance/audit-events', '/fleet/audit-events'];
    const before = { customer: await count('a', portal), provider: await count('p', fleet) };
    await ended({ id: 'op-3', by: 'user-p', kind: 'custom' });
    expect([await count('a', portal), await count('p', fleet)]).toEqual([before.customer, before.provider + 1]);
    await ended({ id: 'op-4', by: 'user-a', kind: 'custom' });
    expect([await count('a', portal), await count('p', fleet)]).toEqual([before.customer + 1, before.provider + 2]);
  });
});
