import type { Caller, Change } from '@cellplane/api';
import { afterAll, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { principalOf } from '../identity/principal.testing.js';
import { callsPlan, openCalls, rested } from '../instance-api/calls.testing.js';
import { isVerbSeenByMembers } from '../instance-api/seen-workflows.js';
import { silentLogger } from '../log.js';
import { testCustomer } from '../subscriptions/customer.testing.js';
import { openChanges } from './changes.js';
import { FactFeed } from './fact-feed.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openCalls(database);
afterAll(() => world.close());
const { db } = world.deps;
const { place } = await world.offer(callsPlan());
const anna = await testCustomer(db, { name: 'anna', provider: world.caller, plans: [place.planId] });
const offered = `/resource-instance/${place.serviceProviderId}/${place.serviceId}/v1/${place.environmentId}/${place.modelId}/${place.planId}/database`;
const { id } = (await world.request('POST', offered, {}, { caller: anna })).body;
await world.reach(id, 'RUNNING');
await rested(world, id);

const feedDeps = {
  db,
  listen: (...args: Parameters<typeof database.listen>) => database.listen(...args),
  log: silentLogger,
  providerOrgId: world.caller.orgId,
  isSeenByMembers: isVerbSeenByMembers,
};
const changes = openChanges(new FactFeed(feedDeps), async function* () {});

/** What somebody hears who has missed everything until now. */
async function heard(caller: Caller): Promise<Change[]> {
  const stop = new AbortController();
  const all: Change[] = [];
  const stream = changes(principalOf(caller), { after: '0', instances: [], signal: stop.signal });
  for await (const batch of stream) {
    for (const message of batch) if (message.event === 'change') all.push(message.data);
    if (all.length > 0) break;
  }
  stop.abort();
  return all;
}
const runIds = async (kind: string) =>
  (
    await sql<{
      id: string;
    }>`select id from operations where instance_id = ${id} and kind = ${kind} union select run_id from operations where instance_id = ${id} and kind = ${kind}`.execute(
      db,
    )
  ).rows.map((row) => row.id);
const runsHeard = async (caller: Caller) => (await heard(caller)).filter(({ noun }) => noun === 'runs').map((change) => change.id);

it('a customer hears of the runs of workflows that are for customers, and not of those that are the provider’s alone', async () => {
  const audit = world.fleet({ place } as never, `resource-instance/${id}/workflow/audit`);
  expect((await world.request('POST', audit, { waitForCompletionSeconds: 30 })).body).toMatchObject({ status: 'SUCCEEDED' });
  await rested(world, id);
  const hidden = await runIds('custom');
  expect(hidden).toHaveLength(2);
  expect((await runsHeard(anna)).filter((one) => hidden.includes(String(one)))).toEqual([]);
  expect(await runsHeard(world.caller)).toEqual(expect.arrayContaining(hidden));

  const { supportedOperations } = (await world.request('GET', `${offered}/${id}`, undefined, { caller: anna })).body;
  const repair = supportedOperations.find(({ verb }: { verb: string }) => verb === 'Repair').id;
  const called = await world.request(
    'POST',
    `${offered}/${id}/custom-workflow/${repair}/execute`,
    { requestParams: { mode: 'fast', token: 'hush', label: 'a' }, waitForCompletionSeconds: 30 },
    { caller: anna },
  );
  expect(called.body).toMatchObject({ status: 'SUCCESS' });
  await rested(world, id);
  const own = (await runIds('custom')).filter((one) => !hidden.includes(one));
  const [created, all] = [await runIds('create'), await runsHeard(anna)];
  expect(all).toEqual(expect.arrayContaining([...own, ...created]));
  expect(all.filter((one) => hidden.includes(String(one)))).toEqual([]);
});
