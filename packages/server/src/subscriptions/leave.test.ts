import type { Caller } from '@cellplane/api';
import { beforeEach, expect, it } from 'vitest';
import { planPlace } from '../catalog/catalog.js';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { deleteAccount } from '../identity/customers/leave.js';
import { customerHoldings } from '../snapshots/customer-holdings.js';
import { answerAsProvider } from './approve.js';
import { testCustomer } from './customer.testing.js';
import { testOutbox } from './letters.testing.js';
import { requestSubscription, subscribe } from './subscribe.js';

const { db } = await testDatabase({ poolSize: 12 });
const { caller: provider, handlers: catalog } = await testCatalog(db);
const { outbox } = testOutbox(db);
const deps = { db, outbox, holdings: customerHoldings };
const build = async (name: string) => {
  const body = {
    name,
    environment: 'Prod',
    environmentType: 'PROD',
    fileContent: base64(testSpec()),
    release: true,
    releaseAsPreferred: true,
  };
  return planPlace(
    db,
    provider.orgId,
    (await catalog.buildServicePlanSpec({ params: {}, query: {}, body, caller: provider })).productTierID,
  );
};
const [had, asked] = [await build('Had'), await build('Asked')];
await sql`update environments set auto_approve_subscription = false where id = ${asked.environmentId}`.execute(db);

let turn = 0;
let anna: Caller;
let bert: Caller;
beforeEach(async () => {
  turn += 1;
  anna = await testCustomer(db, { name: `anna${turn}`, provider, plans: [had.planId] });
  bert = await testCustomer(db, { name: `bert${turn}`, provider, plans: [had.planId] });
});

const ask = () => requestSubscription(deps, anna, { serviceId: asked.serviceId, productTierId: asked.planId });
const told = async (subject: string) =>
  (
    await sql<{ kind: string; by: string }>`select kind, payload->>'by' as by from events where subject = ${subject} order by id`.execute(
      db,
    )
  ).rows;
const live = async () =>
  (
    await sql<{ open: number }>`select (select count(*)::int from subscriptions where org_id = ${anna.orgId} and status = 'ACTIVE')
      + (select count(*)::int from subscription_requests where org_id = ${anna.orgId} and status = 'PENDING') as open`.execute(db)
  ).rows[0]?.open;

it('an account that goes ends its subscriptions, memberships and requests, and each end is told', async () => {
  const own = `sub-anna${turn}0`;
  const others = `sub-bert${turn}0`;
  await sql`insert into subscription_members (subscription_id, user_id, role_type) values (${others}, ${anna.userId}, 'editor')`.execute(
    db,
  );
  const request = await ask();
  await deleteAccount(deps, anna.userId);
  expect(await live()).toBe(0);
  expect(await told(own)).toEqual([{ kind: 'subscription-terminated', by: anna.userId }]);
  expect(await told(others)).toEqual([{ kind: 'member-removed', by: anna.userId }]);
  expect((await told(request)).map(({ kind }) => kind)).toEqual(['subscription-requested', 'subscription-request-cancelled']);
  const { rows } = await sql`select status, updated_by as by from subscriptions where id in (${own}, ${others}) order by id`.execute(db);
  expect(rows).toEqual([
    { status: 'TERMINATED', by: anna.userId },
    { status: 'ACTIVE', by: null },
  ]);
  expect(await sql`select 1 from subscription_members where user_id = ${bert.userId}`.execute(db)).toMatchObject({ rows: [{}] });
});

it('an account stays while a snapshot of it does', async () => {
  const row = { id: `instance-ss-${turn}`, org: anna.orgId, subscription: `sub-anna${turn}0` };
  await transaction(db, async (tx) => {
    // Its instance is long gone.
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`insert into snapshots (id, provider_org_id, org_id, subscription_id, service_id, environment_id, plan_id, plan_version,
        resource_id, resource_key, cell_id, cloud_provider, region, network_type, source_instance_id, origin, status, taken_at, parameters,
        sealed_parameters, created_by)
      values (${row.id}, ${provider.orgId}, ${row.org}, ${row.subscription}, 's', 'e', ${had.planId}, '1.0', 'r', 'db', 'hc', 'aws', 'x',
        'PUBLIC', 'instance-1', 'manual', 'COMPLETE', now(), '{}', '', 'x')`.execute(tx);
  });
  await expect(deleteAccount(deps, anna.userId)).rejects.toMatchObject({
    code: 'snapshots-left',
    message: expect.stringContaining(row.id),
  });
  expect(await told(row.subscription)).toEqual([]);
  await sql`update snapshots set deleted_at = now() where id = ${row.id}`.execute(db);
  await deleteAccount(deps, anna.userId);
  expect(await live()).toBe(0);
});

it('whatever is asked for and approved while an account goes, it has nothing afterwards', async () => {
  const request = await ask();
  const { serviceId, planId } = await build(`New${turn}`);
  const choice = { serviceId, productTierId: planId };
  const outcomes = await Promise.allSettled([
    deleteAccount(deps, anna.userId),
    answerAsProvider(deps, { id: request, answer: 'APPROVED', by: provider.userId }),
    subscribe(db, anna, choice),
    ask(),
  ]);
  expect(outcomes[0]?.status).toBe('fulfilled');
  expect(await live()).toBe(0);
  await expect(ask()).rejects.toMatchObject({ kind: 'not_found' });
  await expect(subscribe(db, anna, choice)).rejects.toMatchObject({ kind: 'not_found' });
});
