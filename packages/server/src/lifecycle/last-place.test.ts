/** The last places that a subscription's limit leaves: whoever comes at once, no more are taken than there are. */
import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { testCustomer } from '../subscriptions/customer.testing.js';
import { openWorld } from './life.testing.js';
import { createInstance } from './requests/create-instance.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps } = world;
// What is accepted is what counts.
await world.engine.stop();
afterAll(() => deps.charts.stop());
const spec = await readFile(new URL('../../../plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');
const offered = await world.offer(spec);

it.each([
  [1, 0],
  [3, 2],
  [2, 2],
])('of a limit of %i with %i taken', async (limit, taken) => {
  const name = `limit${limit}${taken}`;
  const anna = await testCustomer(database.db, { name, provider: world.caller, plans: [offered.place.planId] });
  const subscriptionId = `sub-${name}0`;
  await sql`update subscriptions set max_instances = ${limit} where id = ${subscriptionId}`.execute(database.db);
  const input = { offered, planVersion: '', cloudProvider: '', region: '', networkType: '', parameters: {}, tags: [], subscriptionId };
  for (let count = 0; count < taken; count += 1) await createInstance(deps, anna, input);
  // The customer, and the provider for them.
  const tries = await Promise.allSettled([anna, world.caller, anna, world.caller, anna, anna].map((by) => createInstance(deps, by, input)));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(limit - taken);
  const refused = tries.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code?: string }).code] : []));
  expect(refused).toEqual(refused.map(() => 'instance-limit-reached'));
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from instances where subscription_id = ${subscriptionId} and deleted_at is null`.execute(database.db);
  expect(rows[0]?.count).toBe(limit);
});
