import type { CompiledPlan } from '@cellplane/plan';
import { expect, it } from 'vitest';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { testCustomer } from './customer.testing.js';
import { takePlace } from './subscription.js';

const { db } = await testDatabase();
const { caller: provider, handlers: catalog } = await testCatalog(db);
const spec = { name: 'S', environment: 'Prod', environmentType: 'PROD', fileContent: base64(testSpec()), release: true };
const { productTierID } = await catalog.buildServicePlanSpec({
  params: {},
  query: {},
  body: { ...spec, releaseAsPreferred: true },
  caller: provider,
});
await testCustomer(db, { name: 'anna', provider, plans: [productTierID] });

/** Whether a subscription that has one instance takes another one, of a version of the plan with this limit. */
const takes = (limitOfVersion: number) =>
  transaction(db, (tx) => takePlace(tx, 'sub-anna0', { maxNumberOfInstancesAllowed: limitOfVersion } as CompiledPlan, async () => 1)).then(
    () => true,
    (error: { code: string }) => error.code,
  );

it.each([
  ['began without terms: that of the version', null, null, { '-1': true, '1': 'instance-limit-reached', '2': true }],
  ['began with a limit: that one', 1, null, { '-1': 'instance-limit-reached', '5': 'instance-limit-reached' }],
  ['began with a higher one: that one', 2, null, { '1': true, '-1': true }],
  ['began without a limit: none', -1, null, { '1': true }],
  ['has a limit of its own: that one', 1, 5, { '1': true, '-1': true }],
  ['has a lower one of its own: that one', -1, 1, { '-1': 'instance-limit-reached' }],
])('the limit of a subscription that %s, whichever version is asked for', async (_, terms, own, expected) => {
  await sql`update subscriptions set max_instances = ${own},
    terms = ${JSON.stringify(terms === null ? {} : { maxNumberOfInstances: terms })}::jsonb where id = 'sub-anna0'`.execute(db);
  for (const [version, answer] of Object.entries(expected)) expect([version, await takes(Number(version))]).toEqual([version, answer]);
});
