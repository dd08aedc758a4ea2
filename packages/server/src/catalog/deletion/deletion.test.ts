/** Deletes that go on beside each other. */
import { expect, it } from 'vitest';
import { testDatabase } from '../../database/test-database.testing.js';
import { base64, emptyInventory, testCatalog, testSpec } from '../catalog.testing.js';
import { goOnWithDeletions } from './deletion.js';
import { sql } from '../../database/database.js';
import { selectDeletions } from './deletion-store.js';

const { db } = await testDatabase();
const broken = new Set<string>();
const inventory = emptyInventory({
  countSnapshots: async () => 1,
  removeSnapshots: async (_, planIds) => {
    if (planIds.some((id) => broken.has(id))) throw new Error('the snapshots cannot be read');
    return { left: 0 };
  },
});
const { caller, handlers } = await testCatalog(db, inventory);

it('a delete that cannot go on does not keep the others', async () => {
  const plans: string[] = [];
  for (const name of ['Stuck', 'Free']) {
    const body = { name, environment: 'Dev', environmentType: 'DEV', fileContent: base64(testSpec()) };
    const { serviceID, productTierID } = await handlers.buildServicePlanSpec({ params: {}, query: {}, body, caller });
    const params = { serviceId: serviceID, id: productTierID };
    await handlers.deleteProductTier({ params, query: { deleteSnapshots: true }, body: undefined, caller });
    plans.push(productTierID);
  }
  const statuses = async () =>
    Promise.all(plans.map(async (targetId) => (await selectDeletions(db, caller.orgId, { targetId }))[0]?.status));
  expect(await statuses()).toEqual(['IN_PROGRESS', 'IN_PROGRESS']);
  broken.add(plans[0] ?? '');
  await expect(goOnWithDeletions({ db, inventory })).rejects.toThrow('the snapshots cannot be read');
  expect(await statuses()).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
  broken.clear();
  await goOnWithDeletions({ db, inventory });
  expect(await statuses()).toEqual(['SUCCEEDED', 'SUCCEEDED']);
});

it('one that can never be looked at ends in its time, and its plan can be used again', async () => {
  const body = { name: 'Blind', environment: 'Dev', environmentType: 'DEV', fileContent: base64(testSpec()) };
  const { serviceID, productTierID } = await handlers.buildServicePlanSpec({ params: {}, query: {}, body, caller });
  const params = { serviceId: serviceID, id: productTierID };
  await handlers.deleteProductTier({ params, query: { deleteSnapshots: true }, body: undefined, caller });
  broken.add(productTierID);
  await expect(goOnWithDeletions({ db, inventory })).rejects.toThrow('the snapshots cannot be read');
  const deletion = async () => (await selectDeletions(db, caller.orgId, { targetId: productTierID }))[0];
  expect(await deletion()).toMatchObject({ status: 'IN_PROGRESS' });

  // Nothing is built or released in it meanwhile: it would go with the plan.
  const refused = { kind: 'invalid_state', code: 'plan-is-being-deleted' };
  const again = { ...body, release: true, force: true };
  await expect(handlers.buildServicePlanSpec({ params: {}, query: {}, body: again, caller })).rejects.toMatchObject(refused);

  await sql`update catalog_deletions set created_at = now() - interval '25 hours' where target_id = ${productTierID}`.execute(db);
  await expect(goOnWithDeletions({ db, inventory })).rejects.toThrow('the snapshots cannot be read');
  expect(await deletion()).toMatchObject({ status: 'FAILED', message: expect.stringContaining('the snapshots cannot be read') as string });
  broken.clear();
  await handlers.buildServicePlanSpec({ params: {}, query: {}, body: again, caller });
});

it('a service that is being deleted takes no new plan', async () => {
  const body = { name: 'Going', environment: 'Dev', environmentType: 'DEV', fileContent: base64(testSpec()) };
  const { serviceID } = await handlers.buildServicePlanSpec({ params: {}, query: {}, body, caller });
  await handlers.deleteService({ params: { id: serviceID }, query: { deleteSnapshots: true }, body: undefined, caller });
  const other = { ...body, fileContent: base64(testSpec().replace(/^name: .*$/m, 'name: Another')) };
  await expect(handlers.buildServicePlanSpec({ params: {}, query: {}, body: other, caller })).rejects.toMatchObject({
    code: 'plan-is-being-deleted',
  });
});
