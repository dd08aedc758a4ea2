import type { CompiledPlan } from '@cellplane/plan';
import { expect, it } from 'vitest';
import { planPlace } from '../catalog/catalog.js';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { testCustomer } from './customer.testing.js';
import { quotaFact, takePlace } from './subscription.js';

const { db } = await testDatabase();
const { caller: provider, handlers: catalog } = await testCatalog(db);
const body = { name: 'S', environment: 'Prod', environmentType: 'PROD', fileContent: base64(testSpec()), release: true };
const built = await catalog.buildServicePlanSpec({ params: {}, query: {}, body: { ...body, releaseAsPreferred: true }, caller: provider });
const { planId } = await planPlace(db, provider.orgId, built.productTierID);
await testCustomer(db, { name: 'anna', provider, plans: [planId] });

it.each([
  [1, ['quota-reached']],
  [2, ['2 quota-reached']],
  [5, ['4 quota-near', '5 quota-reached']],
  [10, ['8 quota-near', '10 quota-reached']],
  [0, []],
])('of a limit of %i it is told where it comes near and where it is reached', (limit, facts) => {
  const told = Array.from({ length: 12 }, (_, index) => [index + 1, quotaFact(index + 1, limit)] as const)
    .filter(([, fact]) => fact !== undefined)
    .map(([instances, fact]) => (limit === 1 ? String(fact) : `${instances} ${fact}`));
  expect(told).toEqual(facts);
});

it('each is told once in the transaction of the create, and a refused or failed create tells nothing', async () => {
  const plan = { maxNumberOfInstancesAllowed: 5 } as CompiledPlan;
  let instances = 0;
  const create = () =>
    transaction(db, async (tx) => {
      await takePlace(tx, 'sub-anna0', plan, async () => instances);
      instances += 1;
    });
  for (let turn = 0; turn < 5; turn += 1) await create();
  await expect(create()).rejects.toMatchObject({ code: 'instance-limit-reached' });
  instances = 4;
  await expect(
    transaction(db, async (tx) => {
      await takePlace(tx, 'sub-anna0', plan, async () => instances);
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  const { rows } = await sql`select kind, payload from events where subject = 'sub-anna0' order by id`.execute(db);
  expect(rows).toEqual([
    { kind: 'quota-near', payload: { orgId: 'org-anna', limit: 5, instances: 4 } },
    { kind: 'quota-reached', payload: { orgId: 'org-anna', limit: 5, instances: 5 } },
  ]);
});
