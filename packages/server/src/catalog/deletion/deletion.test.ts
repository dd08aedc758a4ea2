/** Deletes that go on beside each other. */
import { expect, it } from 'vitest';
import { testDatabase } from '../../database/test-database.testing.js';
import { base64, emptyInventory, testCatalog, testSpec } from '../catalog.testing.js';
import { goOnWithDeletions } from './deletion.js';
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
