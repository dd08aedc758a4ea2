import type { Caller } from '@cellplane/api';
import { MASK } from '@cellplane/plan';
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { describeRun } from '../engine/describe-run.js';
import { everythingStored } from '../lifecycle/life.testing.js';
import { instanceInventory } from '../instance-api/inventory.js';
import { selectInstance } from '../instances/store.js';
import { withSnapshots } from './inventory.js';
import { snapshotHandlers } from './handlers.js';
import { restoreSnapshot } from './restore.js';
import { backupPlan, openSnapshotWorld } from './snapshots.testing.js';
import { requestSnapshot } from './take-snapshot.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openSnapshotWorld(database);
const { deps, cluster, caller: provider, snapshots } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
const handlers = snapshotHandlers(snapshots);
const parameters = { password: 'customer-password' };

/** An organization with a subscription of the plan, and who may act for it. */
async function customer(name: string, planId: string): Promise<Caller & { subscriptionId: string }> {
  const [orgId, userId, subscriptionId] = [`org-${name}`, `user-${name}`, `sub-${name}`];
  await sql`insert into organizations (id, name) values (${orgId}, ${name})`.execute(deps.db);
  await sql`
    insert into users (id, org_id, email, name, password_hash, role_type) values (${userId}, ${orgId}, ${`${name}@example.com`}, ${name}, 'x', 'root')`.execute(
    deps.db,
  );
  await sql`
    insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id, is_default)
    values (${subscriptionId}, ${orgId}, ${provider.orgId}, ${planId}, ${userId}, false)`.execute(deps.db);
  return { userId, orgId, email: `${name}@example.com`, roleType: 'root', subscriptionId };
}

const plan = await world.offer(backupPlan({ name: 'Shared' }));
const anna = await customer('anna', plan.place.planId);
const bert = await customer('bert', plan.place.planId);

async function instanceOf(owner: { subscriptionId?: string }, offered = plan): Promise<string> {
  const { subscriptionId } = owner;
  const id = await world.create(offered, { parameters, ...(subscriptionId === undefined ? {} : { subscriptionId }) });
  await world.reach(id, 'RUNNING');
  return id;
}

async function snapshotOf(id: string, by: Caller): Promise<string> {
  const { snapshotId } = await requestSnapshot(snapshots, by, { instanceId: id, origin: 'manual' });
  await world.snapshotIs(snapshotId, 'COMPLETE');
  await world.atRest(id);
  return snapshotId;
}

describe('a snapshot of somebody else', () => {
  it('is not there, whatever is asked of it', async () => {
    const instanceId = await instanceOf(anna);
    const snapshotId = await snapshotOf(instanceId, anna);
    const { region } = await world.snapshotIs(snapshotId, 'COMPLETE');
    const { serviceId, environmentId } = plan.place;
    const place = { serviceId, environmentId };
    const offered = {
      serviceProviderId: 'x',
      serviceKey: 'x',
      serviceAPIVersion: 'v1',
      serviceEnvironmentKey: 'x',
      serviceModelKey: 'x',
      productTierKey: 'x',
      resourceKey: 'undefined',
      id: instanceId,
    };
    const ask = (caller: Caller): (() => Promise<unknown>)[] => [
      () => handlers.describeInstanceSnapshot({ params: { ...place, instanceId, snapshotId }, query: {}, body: undefined, caller }),
      () => handlers.listInstanceSnapshots({ params: { ...place, instanceId }, query: {}, body: undefined, caller }),
      () => handlers.createInstanceSnapshot({ params: { ...place, instanceId }, query: {}, body: {}, caller }),
      () => handlers.triggerInstanceSnapshot({ params: { ...place, instanceId }, query: {}, body: undefined, caller }),
      () => handlers.copyInstanceSnapshot({ params: { ...place, instanceId }, query: {}, body: { targetRegion: region }, caller }),
      () => handlers.deleteSnapshot({ params: { ...place, snapshotId }, query: {}, body: undefined, caller }),
      () => handlers.restoreSnapshot({ params: { ...place, snapshotId }, query: {}, body: {}, caller }),
      () => handlers.restoreSnapshot({ params: { ...place, snapshotId }, query: {}, body: { restoreToSourceInstance: true }, caller }),
      () => handlers.describeRestorePoint({ params: { ...place, instanceId }, query: {}, body: {}, caller }),
      () =>
        handlers.restoreInstanceToTime({
          params: { ...place, instanceId },
          query: {},
          body: { targetRestoreTime: world.clock.now.toISOString() },
          caller,
        }),
      () => handlers.customerDescribeSnapshot({ params: { id: snapshotId }, query: {}, body: undefined, caller }),
      () => handlers.customerCreateSnapshot({ params: {}, query: {}, body: { instanceId }, caller }),
      () => handlers.customerRestoreSnapshot({ params: { snapshotId }, query: {}, body: {}, caller }),
      () => handlers.customerCopySnapshot({ params: { sourceSnapshotId: snapshotId }, query: {}, body: { targetRegion: region }, caller }),
      () => handlers.customerDeleteSnapshot({ params: { id: snapshotId }, query: {}, body: undefined, caller }),
      () => handlers.customerListInstanceSnapshots({ params: offered, query: {}, body: undefined, caller }),
      () => handlers.customerRestoreOffered({ params: { ...offered, snapshotId }, query: {}, body: {}, caller }),
      () => handlers.customerCopyInstanceSnapshot({ params: offered, query: {}, body: { targetRegion: region }, caller }),
      () =>
        handlers.customerRestoreToTime({
          params: offered,
          query: {},
          body: { targetRestoreTime: world.clock.now.toISOString() },
          caller,
        }),
    ];
    for (const request of ask(bert)) await expect(request()).rejects.toMatchObject({ kind: 'not_found' });
    // The provider sees what it serves, but the customers' own routes are the customers'.
    for (const request of ask(provider).slice(10)) await expect(request()).rejects.toMatchObject({ kind: 'not_found' });
    expect((await handlers.customerListSnapshots({ params: {}, query: {}, body: undefined, caller: bert })).snapshots).toEqual([]);
    const mine = await handlers.customerListSnapshots({
      params: {},
      query: { snapshotType: 'ManualSnapshot' },
      body: undefined,
      caller: anna,
    });
    expect(mine.snapshots).toMatchObject([
      {
        snapshotId,
        status: 'COMPLETE',
        progress: 100,
        snapshotType: 'ManualSnapshot',
        sourceInstanceId: instanceId,
        subscriptionOwnerOrgId: 'org-anna',
        subscriptionOwnerUserName: 'anna',
        productTierName: 'Shared',
        snapshotMetadata: { backupId: `id-of-${snapshotId}` },
        outputParams: [{ key: 'backupId', type: 'String' }],
      },
    ]);
    const fleet = (snapshotType: string) =>
      handlers.listSnapshots({ params: place, query: { snapshotType }, body: undefined, caller: provider });
    expect((await fleet('AutomatedSnapshot')).snapshots).toEqual([]);
    expect((await fleet('all')).snapshots).toHaveLength(1);
    const found = (text: string, caller: Caller) => withSnapshots(instanceInventory(deps), snapshots).searchSnapshots(caller, text);
    expect(await found(instanceId.toUpperCase(), provider)).toMatchObject([
      { id: snapshotId, sourceInstanceId: instanceId, status: 'COMPLETE', productTierName: 'Shared', subscriptionId: anna.subscriptionId },
    ]);
    expect(await found(snapshotId, anna)).toHaveLength(1);
    expect(await found('instance', bert)).toEqual([]);
    expect(await found('nothing-of-the-kind', provider)).toEqual([]);
    await expect(fleet('Manual')).rejects.toMatchObject({ kind: 'bad_request', details: [{ field: 'snapshotType' }] });
    expect((await fleet('all')).snapshots[0]).not.toHaveProperty('sourceInstanceDeletedAt');
    // As long as the row of its instance is kept, the name that it had is told.
    const tags = JSON.stringify([{ key: 'name', value: 'Orders' }]);
    const inRow = (deletedAt: string | null) =>
      sql`update instances set tags = ${tags}::json, deleted_at = ${deletedAt}::timestamptz where id = ${instanceId}`.execute(deps.db);
    await inRow('2030-01-31T00:00:00Z');
    expect((await fleet('all')).snapshots).toMatchObject([
      { sourceInstanceName: 'Orders', sourceInstanceDeletedAt: '2030-01-31T00:00:00.000Z' },
    ]);
    await inRow(null);
    expect(await world.live(instanceId)).toMatchObject([{ id: snapshotId, status: 'COMPLETE' }]);
  });

  it('cannot be restored into a subscription that is not one’s own, and keeps its owner', async () => {
    const snapshotId = await snapshotOf(await instanceOf(anna), anna);
    const restore = (subscriptionId: string | undefined, caller: Caller) =>
      handlers.customerRestoreSnapshot({
        params: { snapshotId },
        query: {},
        body: subscriptionId === undefined ? {} : { subscriptionId },
        caller,
      });
    await expect(restore(bert.subscriptionId, anna)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(restore(anna.subscriptionId, bert)).rejects.toMatchObject({ kind: 'not_found' });
    const { instanceId } = await restore(undefined, anna);
    expect(await selectInstance(deps.db, instanceId)).toMatchObject({ orgId: anna.orgId, subscriptionId: anna.subscriptionId });
    await world.reach(instanceId, 'RUNNING');
  });
});

describe('what an object in a tenant’s namespace says', () => {
  it('leads neither restore nor removal to identifiers of another tenant', async () => {
    const victim = await instanceOf(anna);
    const theirs = await snapshotOf(victim, anna);
    const id = await instanceOf(bert);
    // The tenant may write what the backup workflow reads.
    const operator = cluster.operator;
    cluster.operator = (object, cell) => {
      if (object.kind !== 'Backup') return operator(object, cell);
      cell.setStatus('Backup', object.metadata.name, {
        phase: 'completed',
        backupId: theirs,
        snapshotId: theirs,
        sourceInstanceId: victim,
      });
    };
    const mine = await snapshotOf(id, bert);
    cluster.operator = operator;
    const restore = () => handlers.customerRestoreSnapshot({ params: { snapshotId: mine }, query: {}, body: {}, caller: bert });
    const { instanceId } = await restore();
    // Everything that says whose backup it is comes from our rows, and what the tenant wrote may name none of another tenant.
    const failed = await world.reach(instanceId, 'FAILED');
    expect(failed.statusMessage).toContain(
      `${theirs} is not of this tenant, and a value that was read from an object which the tenant can change names it`,
    );
    expect(cluster.find('Store', instanceId)).toBeUndefined();
    await handlers.customerDeleteSnapshot({ params: { id: mine }, query: {}, body: undefined, caller: bert });
    await world.sweep();
    const kept = await world.until(async () => (await world.live(id)).find((row) => row.id === mine && row.message !== ''));
    expect(kept).toMatchObject({ status: 'DELETING', message: expect.stringContaining('is not of this tenant') as string });
    expect(cluster.find('Removal', mine)).toBeUndefined();
    expect(cluster.find('Removal', theirs)).toBeUndefined();
    expect(await world.snapshotIs(theirs, 'COMPLETE')).toBeDefined();
  });

  it('leads nowhere else either where the manifest itself makes the identifier of it', async () => {
    const victim = await instanceOf(anna);
    const joining = await world.offer(
      backupPlan({ name: 'Joining', restoreSpec: 'path: "s3://all/instance-{{inputs.parameters.backup}}"' }),
    );
    const id = await world.create(joining, { parameters });
    await world.reach(id, 'RUNNING');
    const operator = cluster.operator;
    cluster.operator = (object, cell) => {
      if (object.kind !== 'Backup') return operator(object, cell);
      cell.setStatus('Backup', object.metadata.name, { phase: 'completed', backupId: victim.slice('instance-'.length) });
    };
    const snapshotId = await snapshotOf(id, provider);
    cluster.operator = operator;
    const { serviceId, environmentId } = joining.place;
    const params = { serviceId, environmentId, snapshotId };
    const { id: target } = await handlers.restoreSnapshot({ params, query: {}, body: {}, caller: provider });
    const failed = await world.reach(target, 'FAILED');
    expect(failed.statusMessage).toContain(`${victim} is not of this tenant`);
    expect(cluster.find('Store', target)).toBeUndefined();
  });

  it('names no secret in a restore: the plan is refused when it is built', async () => {
    const naming = world.offer(backupPlan({ name: 'Naming', restoreSpec: 'secretName: "{{inputs.parameters.backup}}"' }));
    await expect(naming).rejects.toThrow('with a value read from an object that the tenant can change');
  });

  it('is kept sealed and shown masked if it came from a Secret', async () => {
    const secret = await world.offer(backupPlan({ name: 'Secretive', backupKind: 'Secret' }));
    const id = await world.create(secret, { parameters });
    await world.reach(id, 'RUNNING');
    const snapshotId = await snapshotOf(id, provider);
    const { serviceId, environmentId } = secret.place;
    const wire = await handlers.describeInstanceSnapshot({
      params: { serviceId, environmentId, instanceId: id, snapshotId },
      query: {},
      body: undefined,
      caller: provider,
    });
    expect(wire).toMatchObject({ snapshotMetadata: { backupId: MASK }, outputParams: [{ key: 'backupId', value: MASK }] });
    const { id: target } = await handlers.restoreSnapshot({
      params: { serviceId, environmentId, snapshotId },
      query: {},
      body: {},
      caller: provider,
    });
    await world.reach(target, 'RUNNING');
    const value = `key-of-${snapshotId}`;
    expect(cluster.find('Store', target)).toMatchObject({ spec: { backup: value } });
    const { rows } = await sql<{ id: string }>`select id from runs where subject = ${target}`.execute(deps.db);
    const run = await describeRun({ db: deps.db, sealer: deps.sealer }, rows[0]?.id ?? '');
    expect(JSON.stringify(run)).not.toContain(value);
    const stored = await sql<{ text: string }>`select row_to_json(s)::text as text from snapshots s`.execute(deps.db);
    expect(stored.rows.map((row) => row.text).join('\n') + (await everythingStored(database))).not.toContain(value);
  });

  it('is kept sealed and shown masked if it repeats a secret of the instance that the backup itself does not use', async () => {
    const operator = cluster.operator;
    cluster.operator = (object, cell) => {
      if (object.kind !== 'Backup') return operator(object, cell);
      cell.setStatus('Backup', object.metadata.name, { phase: 'completed', backupId: 'postgres://app:customer-password@db' });
    };
    const id = await instanceOf({}, await world.offer(backupPlan({ name: 'Repeating' })));
    const snapshotId = await snapshotOf(id, provider);
    cluster.operator = operator;
    const { snapshots: listed } = await handlers.customerListSnapshots({ params: {}, query: {}, body: undefined, caller: provider });
    expect(listed.find((one) => one.snapshotId === snapshotId)).toMatchObject({ snapshotMetadata: { backupId: MASK } });
    const { instanceId } = await restoreSnapshot(snapshots, provider, { snapshotId });
    await world.reach(instanceId, 'RUNNING');
    expect(cluster.find('Store', instanceId)).toMatchObject({ spec: { backup: 'postgres://app:customer-password@db' } });
    const stored = await sql<{ text: string }>`select row_to_json(s)::text as text from snapshots s`.execute(deps.db);
    expect(stored.rows.map((row) => row.text).join('\n') + (await everythingStored(database))).not.toContain('customer-password');
  });
});

it('a member of another organization’s subscription goes back to a time in it', async () => {
  const instanceId = await instanceOf(anna);
  await snapshotOf(instanceId, anna);
  const path = {
    serviceProviderId: 'x',
    serviceKey: 'x',
    serviceAPIVersion: 'v1',
    serviceEnvironmentKey: 'x',
    serviceModelKey: 'x',
    productTierKey: 'x',
    resourceKey: 'x',
  };
  const back = (caller: Caller) =>
    handlers.customerRestoreToTime({
      params: { ...path, id: instanceId },
      query: {},
      body: { targetRestoreTime: world.clock.now.toISOString() },
      caller,
    });
  expect(await back({ ...bert, subscriptions: ['sub-anna'] })).toMatchObject({ id: expect.stringMatching(/^instance-/) });
  await expect(back({ ...bert, subscriptions: ['sub-bert'] })).rejects.toMatchObject({ kind: 'not_found' });
});
