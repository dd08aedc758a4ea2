/** Upgrades of one instance on the wire: the provider's call, and the customer's where the plan allows it. */
import type { Caller } from '@cellplane/api';
import { afterAll, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { selectInstance } from '../instances/store.js';
import { testCustomer } from '../subscriptions/customer.testing.js';
import { callsPlan, openCalls, rested } from './calls.testing.js';
import { instanceHistory } from './history.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openCalls(database);
const { db } = world.deps;
afterAll(() => world.close());

/** The first, with another parameter that is required. */
const second = (features = '') =>
  `${features}${callsPlan().replace('    apiParameters:', '    apiParameters:\n      - {key: zone, type: String, required: true, modifiable: true}')}`;

async function instanceOf(features = '') {
  const plan = await world.offer(callsPlan());
  const customer = await testCustomer(db, {
    name: `c${plan.place.planId.slice(-6).toLowerCase()}`,
    provider: world.caller,
    plans: [plan.place.planId],
  });
  const id = await world.create(plan);
  await world.reach(id, 'RUNNING');
  await world.offerNext(plan, second(features));
  const patch = (body: unknown, caller?: Caller) =>
    world.request('PATCH', world.fleet(plan, `instance/${id}/patch`), body, caller === undefined ? {} : { caller });
  return { plan, id, customer, patch };
}

it('a provider upgrades an instance as the reference’s command sends it, and reads the answer as an instance', async () => {
  const { plan, id, patch } = await instanceOf();
  const bare = { resourceId: '', resourceOverrideConfiguration: null, targetTierVersion: '2.0' };
  const refused = await patch(bare);
  expect([refused.status, refused.body]).toMatchObject([
    400,
    { code: 'missing-parameter', message: expect.stringContaining('unresolved workflow input parameters: [$var.zone]') },
  ]);
  expect(await selectInstance(db, id)).toMatchObject({ status: 'RUNNING', planVersion: '1.0' });
  const before = await world.request('GET', world.fleet(plan, `instance/${id}`));
  expect(before.body.resourceVersionSummaries[0]).toMatchObject({ version: '1.0', latestVersion: '2.0' });
  world.held.add(`${id}-modify`);
  const begun = await patch({ ...bare, resourceOverrideConfiguration: { database: { requestParams: { zone: 'b', size: 9 } } } });
  expect([begun.status, begun.body]).toMatchObject([
    200,
    {
      tierVersion: '1.0',
      consumptionResourceInstanceResult: {
        id,
        status: 'DEPLOYING',
        requestedChange: { productTierVersion: '2.0', status: 'RUNNING', requestParams: { zone: 'b', size: 9 } },
      },
    },
  ]);
  world.release(`${id}-modify`);
  await world.reach(id, 'RUNNING');
  await rested(world, id);
  const described = await world.request('GET', world.fleet(plan, `instance/${id}`));
  expect(described.body).toMatchObject({ tierVersion: '2.0', input_params: { zone: 'b', size: 9 } });
  expect(described.body.consumptionResourceInstanceResult).not.toHaveProperty('requestedChange');
  const { operations } = await instanceHistory(db, world.caller, { instanceId: id });
  expect(operations[0]).toMatchObject({
    kind: 'upgrade',
    status: 'SUCCEEDED',
    fromVersion: '1.0',
    toVersion: '2.0',
    requestedBy: world.caller.userId,
  });
  expect(operations[1]).not.toHaveProperty('fromVersion');
});

it('what an upgrade cannot take is refused by name, and so are foreign instances', async () => {
  const { id, plan, patch } = await instanceOf();
  const target = { targetTierVersion: '2.0' };
  for (const [body, status, code, field] of [
    [{}, 400, undefined, 'targetTierVersion'],
    [{ targetTierVersion: '' }, 400, undefined, 'targetTierVersion'],
    [{ targetTierVersion: '1.0' }, 409, 'same-version', undefined],
    [{ targetTierVersion: '7.0' }, 404, 'version-not-found', undefined],
    [{ ...target, requestParams: 'zone=b' }, 400, 'invalid-parameters', 'requestParams'],
    [{ ...target, requestParams: { zone: 'b', nope: 1 } }, 400, 'invalid-parameters', 'nope'],
    [
      { ...target, resourceOverrideConfiguration: { other: { requestParams: { zone: 'b' } } } },
      400,
      'invalid-field',
      'resourceOverrideConfiguration.other',
    ],
    [
      { ...target, resourceOverrideConfiguration: { database: { helmChartValues: { a: 1 } } } },
      400,
      'invalid-field',
      'resourceOverrideConfiguration.database.helmChartValues',
    ],
    [
      { ...target, requestParams: { zone: 'b' }, resourceOverrideConfiguration: { database: { requestParams: { zone: 'c' } } } },
      400,
      'invalid-field',
      'requestParams',
    ],
  ] as const) {
    const answer = await patch(body);
    expect([answer.status, answer.body.code], JSON.stringify(body)).toEqual([status, code ?? answer.body.code]);
    expect(JSON.stringify(answer.body), JSON.stringify(body)).toContain(field ?? answer.body.code);
  }
  const stranger = await world.offer(callsPlan());
  const elsewhere = await world.request('PATCH', world.fleet(stranger, `instance/${id}/patch`), {
    ...target,
    requestParams: { zone: 'b' },
  });
  expect(elsewhere.status).toBe(404);
  const foreign = { ...world.caller, orgId: 'org-nobody' };
  expect((await patch({ ...target, requestParams: { zone: 'b' } }, foreign)).status).toBe(404);
  expect(await selectInstance(db, id)).toMatchObject({ status: 'RUNNING', planVersion: '1.0' });
  expect(plan.place.planId).not.toBe(stranger.place.planId);
});

it('a customer upgrades where the plan lets customers choose, and only what is theirs', async () => {
  const { plan, id, customer } = await instanceOf();
  await sql`update instances set org_id = ${customer.orgId}, subscription_id = (select id from subscriptions where org_id = ${customer.orgId} limit 1)
    where id = ${id}`.execute(db);
  const upgrade = (caller: Caller, body: object) => world.request('POST', `/resource-instance/${id}/version-upgrade`, body, { caller });
  const asked = {
    targetVersion: '2.0',
    requestParams: { zone: 'b' },
    serviceProviderId: 'sp',
    productTierKey: 'p',
    resourceKey: 'database',
  };
  const offered = async () => {
    const { serviceProviderId, serviceId, environmentId, modelId, planId } = plan.place;
    const path = `/resource-instance/${serviceProviderId}/${serviceId}/v1/${environmentId}/${modelId}/${planId}/database/${id}`;
    const { body } = await world.request('GET', path, undefined, { caller: customer });
    return body.supportedOperations.map((one: { verb: string }) => one.verb);
  };
  const refused = await upgrade(customer, asked);
  expect(await offered()).not.toContain('UPGRADE');
  expect([refused.status, refused.body]).toMatchObject([403, { code: 'version-not-yours-to-choose' }]);
  await sql`insert into plan_features (plan_id, level, feature, scope, configuration)
    values (${plan.place.planId}, 'tier', 'VERSION_SET_OVERRIDE', 'INTERNAL', '{}')`.execute(db);
  expect((await upgrade(customer, asked)).status).toBe(403);
  await sql`update plan_features set scope = 'CUSTOMER' where plan_id = ${plan.place.planId}`.execute(db);
  expect(await offered()).toContain('UPGRADE');
  // Who provides it has the provider's call.
  expect((await upgrade(world.caller, asked)).status).toBe(404);
  const other = await testCustomer(db, { name: 'stranger', provider: world.caller, plans: [plan.place.planId] });
  expect((await upgrade(other, asked)).status).toBe(404);
  expect((await upgrade(customer, asked)).status).toBe(202);
  await world.reach(id, 'RUNNING');
  await rested(world, id);
  expect(await selectInstance(db, id)).toMatchObject({ planVersion: '2.0', parameters: { zone: 'b' } });
  const back = await upgrade(customer, { targetVersion: '1.0' });
  expect([back.status, back.body]).toMatchObject([409, { code: 'version-is-older' }]);
});

it('the feature may be named by the spec', async () => {
  const { id, customer } = await instanceOf('features:\n  CUSTOMER:\n    versionSetOverride: {}\n');
  await sql`update instances set org_id = ${customer.orgId}, subscription_id = (select id from subscriptions where org_id = ${customer.orgId} limit 1)
    where id = ${id}`.execute(db);
  const body = { targetVersion: 'preferred', requestParams: { zone: 'b' } };
  expect((await world.request('POST', `/resource-instance/${id}/version-upgrade`, body, { caller: customer })).status).toBe(202);
  expect(await world.reach(id, 'RUNNING')).toMatchObject({ planVersion: '2.0' });
});
