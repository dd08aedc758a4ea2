import { expect, it } from 'vitest';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { planPlace } from '../catalog/catalog.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { subscriptionHandlers } from './handlers.js';
import { testOutbox } from './letters.testing.js';
import { defaultSubscription } from './subscription.js';

const { db } = await testDatabase();
const { caller, handlers: catalog } = await testCatalog(db);
const handlers = subscriptionHandlers({
  db,
  outbox: testOutbox(db).outbox,
  holdings: { instances: async () => [], snapshots: async () => [] },
});
const body = {
  name: 'Postgres',
  environment: 'Dev',
  environmentType: 'DEV',
  fileContent: base64(testSpec()),
  dryrun: false,
  release: true,
  releaseAsPreferred: true,
};
const built = await catalog.buildServicePlanSpec({ params: {}, query: {}, body, caller });
const place = await planPlace(db, caller.orgId, built.productTierID);
const params = { serviceId: place.serviceId, environmentId: place.environmentId };
const list = (query: object, as = caller) => handlers.listSubscriptions({ params, query, body: undefined, caller: as });

it('a provider sees the subscriptions of its plans, with who has them and how many instances; nobody else does', async () => {
  expect(await list({})).toEqual({ ids: [], subscriptions: [] });
  const own = await transaction(db, (tx) => defaultSubscription(tx, { place, userId: caller.userId }));
  await sql`insert into organizations (id, name) values ('org-c', 'C')`.execute(db);
  await sql`insert into users (id, org_id, email, name, password_hash, role_type) values ('user-c', 'org-c', 'c@example.com', 'Cleo', 'x', 'root')`.execute(
    db,
  );
  await sql`insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id, is_default, status)
    values ('sub-c', 'org-c', ${caller.orgId}, ${place.planId}, 'user-c', false, 'ACTIVE'),
      ('sub-gone', 'org-c', ${caller.orgId}, ${place.planId}, 'user-c', false, 'TERMINATED')`.execute(db);
  const { ids, subscriptions } = await list({ productTierId: place.planId });
  expect(ids.toSorted()).toEqual(['sub-c', own.id].toSorted());
  expect(subscriptions.find(({ id }) => id === 'sub-c')).toMatchObject({
    status: 'ACTIVE',
    defaultSubscription: false,
    instanceCount: 0,
    productTierName: 'Small Plan',
    rootUserName: 'Cleo',
    rootUserOrgId: 'org-c',
  });
  expect((await list({ includeInactive: true })).ids).toContain('sub-gone');
  expect((await list({ productTierId: 'pt-other' })).ids).toEqual([]);
  const one = (id: string, as = caller) =>
    handlers.describeSubscription({ params: { ...params, id }, query: {}, body: undefined, caller: as });
  expect(await one(own.id)).toMatchObject({ id: own.id, defaultSubscription: true });
  await expect(one('sub-nope')).rejects.toMatchObject({ kind: 'not_found' });
  const stranger = { ...caller, orgId: 'org-c' };
  await expect(list({}, stranger)).rejects.toMatchObject({ kind: 'not_found' });
  await expect(one(own.id, stranger)).rejects.toMatchObject({ kind: 'not_found' });
});

it('the accounts are those that the plans of the caller name', async () => {
  const of = (cloudProviderName: string, as = caller) =>
    catalog.listAccountConfigs({ params: { cloudProviderName }, query: {}, body: undefined, caller: as });
  const { ids, accountConfigs } = await of('all');
  expect(accountConfigs).toMatchObject([
    { id: ids[0], cloudProviderId: 'aws', awsAccountID: '000000000000', name: 'aws 000000000000', description: 'Named by Small Plan' },
  ]);
  expect((await of('aws')).ids).toEqual(ids);
  expect((await of('gcp')).ids).toEqual([]);
  expect((await of('all', { ...caller, orgId: 'org-c' })).ids).toEqual([]);
  const fleet = await catalog.listFleetAccountConfigs({ params: {}, query: {}, body: { cloudProviderName: 'aws' }, caller });
  expect(fleet.ids).toEqual(ids);
});
