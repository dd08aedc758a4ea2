import { afterAll, expect, it } from 'vitest';
import { answerOnce } from '../database/idempotency-key.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { SIGNED_IN, testApp } from '../http/app.testing.js';
import { callsPlan, openCalls, rested } from './calls.testing.js';
import { customerInstanceHandlers } from './customer-handlers.js';
import { instanceHandlers } from './provider-handlers.js';
import { principalOf } from '../identity/principal.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openCalls(database);
afterAll(() => world.close());
const { deps } = world;
const { place } = await world.offer(callsPlan());
const app = testApp(
  { ...instanceHandlers(deps), ...customerInstanceHandlers(deps) },
  {
    identity: { authenticate: async () => principalOf(world.caller) },
    once: (request, handler, answerOf) => answerOnce({ db: deps.db, hashKey: Buffer.alloc(32, 1) }, request, handler, answerOf),
  },
);
const segments = `${place.serviceProviderId}/${place.serviceId}/v1/${place.environmentId}/${place.modelId}/${place.planId}/database`;
const [fleet, own] = [`/fleet/resource-instance/${segments}`, `/resource-instance/${segments}`];

async function post(path: string, key: string | undefined, body: object = {}) {
  const answered = await app.request(`/2022-09-01-00${path}`, {
    method: 'POST',
    headers: { ...SIGNED_IN, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    body: JSON.stringify(body),
  });
  return { status: answered.status, body: (await answered.json()) as { id: string; code?: string } };
}
const instances = async () =>
  (await sql<{ id: string }>`select id from instances where plan_id = ${place.planId}`.execute(deps.db)).rows.length;

it('a create with a key makes one instance, and its answer comes again, also after the process died behind the commit', async () => {
  const before = await instances();
  const first = await post(fleet, 'create-1', { requestParams: { size: 3 } });
  expect(first).toMatchObject({ status: 202, body: { id: expect.stringMatching(/^instance-/) } });
  expect(await post(fleet, 'create-1', { requestParams: { size: 3 } })).toEqual(first);
  await sql`update idempotency_keys set answer = null where key = 'create-1'`.execute(deps.db);
  expect(await post(fleet, 'create-1', { requestParams: { size: 3 } })).toEqual(first);
  expect(await post(fleet, 'create-1', { requestParams: { size: 4 } })).toMatchObject({
    status: 422,
    body: { code: 'idempotency-key-reused' },
  });
  expect(await instances()).toBe(before + 1);
  // Another operation, and no key at all, are other requests.
  expect((await post(own, 'create-1', { requestParams: { size: 3 } })).body.id).not.toBe(first.body.id);
  expect((await post(fleet, undefined)).body.id).not.toBe((await post(fleet, undefined)).body.id);
  expect(await instances()).toBe(before + 4);
  await world.reach(first.body.id, 'RUNNING');
  await rested(world, first.body.id);
  // A stop that is sent twice is one stop.
  const stop = `/fleet/service/${place.serviceId}/environment/${place.environmentId}/instance/${first.body.id}/stop`;
  expect([(await post(stop, 'stop-1')).status, (await post(stop, 'stop-1')).status]).toEqual([200, 200]);
  await rested(world, first.body.id);
  const { rows } = await sql`select 1 from operations where instance_id = ${first.body.id} and kind = 'stop'`.execute(deps.db);
  expect(rows).toHaveLength(1);
});

it('many at once make one', async () => {
  const before = await instances();
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(fleet, 'many')));
  const made = answers.filter(({ status }) => status === 202);
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.every(({ status, body }) => status === 202 || (status === 409 && body.code === 'idempotency-key-in-use'))).toBe(true);
  expect(await instances()).toBe(before + 1);
});

it('a refused create leaves the key free, and a key that is none is refused', async () => {
  expect((await post(fleet, 'refused', { region: 'mars-1' })).status).toBe(400);
  expect((await post(fleet, 'refused', { region: 'us-west-2' })).status).toBe(202);
  expect(await post(fleet, 'a b')).toMatchObject({ status: 400, body: { code: 'invalid-idempotency-key' } });
});
