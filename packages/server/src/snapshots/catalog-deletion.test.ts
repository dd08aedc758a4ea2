/** What is deleted of the catalogue vanishes and stays readable; its snapshots are deleted with it on purpose, whatever is killed meanwhile. */
import type { Caller } from '@cellplane/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { base64 } from '../catalog/catalog.testing.js';
import { type OfferedResource, planVersion } from '../catalog/catalog.js';
import { type DeletionDeps, goOnWithDeletions } from '../catalog/deletion/deletion.js';
import { deletionHandlers } from '../catalog/deletion/handlers.js';
import { environmentHandlers } from '../catalog/environment/handlers.js';
import { planHandlers } from '../catalog/plan-handlers.js';
import { serviceHandlers } from '../catalog/service-handlers.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { instanceHistory } from '../instance-api/history.js';
import { instanceInventory } from '../instance-api/inventory.js';
import { selectInstance } from '../instances/store.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { age, retentionOf, round } from '../retention/retention.testing.js';
import { withSnapshots } from './inventory.js';
import { restoreSnapshot } from './restore.js';
import { backupPlan, DAY, openSnapshotWorld } from './snapshots.testing.js';
import { requestSnapshot } from './take-snapshot.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openSnapshotWorld(database);
const { deps, caller, snapshots, behaviour, clock, cluster } = world;
const { db } = deps;
const inventory = withSnapshots(instanceInventory(deps), snapshots);
const deleting: DeletionDeps = { db, inventory };
const handlers = {
  ...serviceHandlers({ db, inventory, sources: { chartMirrors: [], chartSourcesAllowed: [] } }),
  ...environmentHandlers({ db, inventory }),
  ...planHandlers({ db, inventory }),
  ...deletionHandlers({ db }),
};
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
afterEach(() => {
  behaviour.removal = 'succeed';
});

const parameters = { password: 'customer-password' };
const by = (orgId: string) => ({ ...caller, orgId, userId: 'user-of-another' });
const deletePlan = ({ place }: OfferedResource, query: { deleteSnapshots?: boolean } = {}, as = caller) =>
  handlers.deleteProductTier({ params: { serviceId: place.serviceId, id: place.planId }, query, body: undefined, caller: as });
const deletionOf = async (targetId: string) =>
  (await handlers.listCatalogDeletions({ params: {}, query: { targetId }, body: undefined, caller })).deletions[0];

/** A plan of whose only instance, which is gone, there is a snapshot. */
async function withLastSnapshot(name: string): Promise<{ plan: OfferedResource; id: string; snapshotId: string }> {
  const plan = await world.offer(backupPlan({ name }));
  const id = await world.create(plan, { parameters });
  await world.reach(id, 'RUNNING');
  const { snapshotId } = await requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' });
  await world.snapshotIs(snapshotId, 'COMPLETE');
  await world.atRest(id);
  await deleteInstance(deps, caller, { instanceId: id });
  await world.reach(id, 'DELETED');
  await world.atRest(id);
  return { plan, id, snapshotId };
}

describe('a plan, environment or service', () => {
  it('vanishes when it is deleted, its name can be used again, and what was made of it is still read by id', async () => {
    const plan = await world.offer(backupPlan({ name: 'Gone', policy: null }));
    const { serviceId, serviceName, environmentId, planId } = plan.place;
    const id = await world.create(plan, { parameters });
    await world.reach(id, 'RUNNING');
    await expect(deletePlan(plan)).rejects.toMatchObject({
      code: 'instances-left',
      message: expect.stringContaining('1 instance') as string,
    });
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    await world.atRest(id);
    const service = { params: { id: serviceId }, query: {}, body: undefined, caller };
    await handlers.deleteService(service);
    await expect(handlers.deleteService(service)).rejects.toMatchObject({ code: 'service-not-found' });
    await expect(handlers.describeService(service)).rejects.toMatchObject({ code: 'service-not-found' });
    await expect(deletePlan(plan)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(world.create(plan, { parameters })).rejects.toMatchObject({ code: 'plan-not-found' });
    expect((await handlers.listServices({ params: {}, query: {}, body: undefined, caller })).services.map((one) => one.id)).not.toContain(
      serviceId,
    );
    const search = { params: {}, query: {}, body: { query: `servicePlan:${planId}` }, caller };
    expect(JSON.stringify(await handlers.searchInventory(search))).not.toContain(serviceId);
    expect(await deletionOf(serviceId)).toMatchObject({ kind: 'service', name: serviceName, status: 'SUCCEEDED', snapshots: 0 });
    expect((await sql`select 1 from subscriptions where plan_id = ${planId} and status = 'ACTIVE'`.execute(db)).rows).toEqual([]);

    // History, version and row are there, each by its id.
    expect(await instanceHistory(db, caller, { instanceId: id })).toMatchObject({
      serviceId,
      environmentId,
      operations: [{ kind: 'delete' }, { kind: 'create' }],
    });
    expect(await planVersion(db, caller.orgId, planId, '1.0')).toMatchObject({ place: { planName: 'Gone', serviceName } });
    expect(await selectInstance(db, id)).toMatchObject({ planId, status: 'DELETED' });

    const body = {
      name: serviceName,
      environment: 'DEV',
      environmentType: 'DEV',
      fileContent: base64(backupPlan({ name: 'Gone' })),
      dryrun: false,
      release: false,
      releaseAsPreferred: true,
    };
    const again = await handlers.buildServicePlanSpec({ params: {}, query: {}, body, caller });
    expect(again.serviceID).not.toBe(serviceId);
    const [shown] = (await handlers.listServices({ params: {}, query: {}, body: undefined, caller })).services.filter(
      (one) => one.name === serviceName,
    );
    expect(shown?.id).toBe(again.serviceID);

    // At last the rows go, too: when no instance is left.
    await sql`update plans set deleted_at = now() - interval '401 days' where id = ${planId}`.execute(db);
    await sql`update environments set deleted_at = now() - interval '401 days' where id = ${environmentId}`.execute(db);
    await sql`update services set deleted_at = now() - interval '401 days' where id = ${serviceId}`.execute(db);
    await round(retentionOf(db));
    expect(await planVersion(db, caller.orgId, planId, '1.0')).toBeDefined();
    await age(db, id, 402);
    await round(retentionOf(db));
    await round(retentionOf(db));
    await expect(planVersion(db, caller.orgId, planId, '1.0')).rejects.toMatchObject({ kind: 'not_found' });
    expect((await sql`select 1 from services where id = ${serviceId}`.execute(db)).rows).toEqual([]);
  });

  it('of another organization is not found, and neither is its delete', async () => {
    const plan = await world.offer(backupPlan({ name: 'Foreign', policy: null }));
    await expect(deletePlan(plan, {}, by('org-other'))).rejects.toMatchObject({ kind: 'not_found' });
    await deletePlan(plan);
    const deletion = await deletionOf(plan.place.planId);
    const describeAs = (as: Caller) =>
      handlers.describeCatalogDeletion({ params: { id: deletion?.id ?? '' }, query: {}, body: undefined, caller: as });
    expect(await describeAs(caller)).toEqual(deletion);
    await expect(describeAs(by('org-other'))).rejects.toMatchObject({ code: 'deletion-not-found' });
    await expect(describeAs({ ...caller, products: ['s-other'] })).rejects.toMatchObject({ code: 'deletion-not-found' });
    const listed = await handlers.listCatalogDeletions({ params: {}, query: {}, body: undefined, caller: by('org-other') });
    expect(listed.deletions).toEqual([]);
  });
});

describe('a plan with a last snapshot', () => {
  it('is deleted on purpose: nothing begins on it, its snapshots go by its own workflow, then it goes', async () => {
    const { plan, id, snapshotId } = await withLastSnapshot('Kept');
    await expect(deletePlan(plan)).rejects.toMatchObject({
      code: 'plan-has-snapshots',
      message: expect.stringContaining('--delete-snapshots') as string,
    });
    await deletePlan(plan, { deleteSnapshots: true });
    await deletePlan(plan, { deleteSnapshots: true });
    const { planId, serviceId } = plan.place;
    expect(await deletionOf(planId)).toMatchObject({ status: 'IN_PROGRESS', snapshots: 1, snapshotsLeft: 1 });
    const going = { code: 'plan-is-being-deleted' };
    await expect(world.create(plan, { parameters })).rejects.toMatchObject(going);
    await expect(restoreSnapshot(snapshots, caller, { snapshotId })).rejects.toMatchObject(going);
    await expect(handlers.deleteService({ params: { id: serviceId }, query: {}, body: undefined, caller })).rejects.toMatchObject(going);
    await goOnWithDeletions(deleting);
    expect(await deletionOf(planId)).toMatchObject({ status: 'IN_PROGRESS', snapshotsLeft: 1 });
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    expect(cluster.find('Removal', snapshotId)).toBeDefined();
    await world.atRest(id);
    await goOnWithDeletions(deleting);
    expect(await deletionOf(planId)).toMatchObject({ status: 'SUCCEEDED', snapshots: 1, snapshotsLeft: 0 });
    await expect(deletePlan(plan)).rejects.toMatchObject({ kind: 'not_found' });
    expect(await planVersion(db, caller.orgId, planId, '1.0')).toBeDefined();
  });

  it('goes on with another process, from any line at which one was killed', async () => {
    const { plan, id, snapshotId } = await withLastSnapshot('Killed');
    // Killed before the commit of the request: nothing was done.
    const dies = () => Promise.reject(new Error('killed'));
    const broken = { ...handlers, ...planHandlers({ db, inventory: { ...inventory, removeSnapshots: dies } }) };
    const request = {
      params: { serviceId: plan.place.serviceId, id: plan.place.planId },
      query: { deleteSnapshots: true },
      body: undefined,
      caller,
    };
    await expect(broken.deleteProductTier(request)).rejects.toThrow('killed');
    expect(await deletionOf(plan.place.planId)).toBeUndefined();
    expect((await world.live(id)).map((one) => one.status)).toEqual(['COMPLETE']);

    await deletePlan(plan, { deleteSnapshots: true });
    // Killed while it looks, and after all snapshots have gone, before the plan has.
    await expect(goOnWithDeletions({ db, inventory: { ...inventory, removeSnapshots: dies } })).rejects.toThrow('killed');
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    await world.atRest(id);
    await expect(goOnWithDeletions({ db, inventory: { ...inventory, endPlans: dies } })).rejects.toThrow('killed');
    expect(await deletionOf(plan.place.planId)).toMatchObject({ status: 'IN_PROGRESS' });
    // Two processes at once.
    await Promise.all([goOnWithDeletions(deleting), goOnWithDeletions(deleting)]);
    await goOnWithDeletions(deleting);
    expect(await deletionOf(plan.place.planId)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is there again when a snapshot cannot be removed, and the delete says which and why', async () => {
    const { plan, id, snapshotId } = await withLastSnapshot('Stubborn');
    behaviour.removal = 'fail';
    await deletePlan(plan, { deleteSnapshots: true });
    for (let tries = 0; tries < 3; tries += 1) {
      await world.sweep();
      await world.atRest(id);
      clock.advance(DAY);
      cluster.vanish('Removal', snapshotId);
      await goOnWithDeletions(deleting);
    }
    const failed = await deletionOf(plan.place.planId);
    expect(failed).toMatchObject({ status: 'FAILED', snapshotsLeft: 1 });
    expect(failed?.message).toContain(`snapshot ${snapshotId} could not be removed: `);
    const instance = await world.create(plan, { parameters });
    await world.reach(instance, 'RUNNING');
    await expect(deletePlan(plan, { deleteSnapshots: true })).rejects.toMatchObject({ code: 'instances-left' });
    await deleteInstance(deps, caller, { instanceId: instance });
    await world.reach(instance, 'DELETED');
    await world.atRest(instance);
    behaviour.removal = 'succeed';
    await deletePlan(plan, { deleteSnapshots: true });
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    await world.atRest(id);
    await goOnWithDeletions(deleting);
    expect(await deletionOf(plan.place.planId)).toMatchObject({ status: 'SUCCEEDED', snapshots: 1 });
  });

  it('waits while the run that removes a backup has its namespace to take away', async () => {
    const { plan, id, snapshotId } = await withLastSnapshot('Busy');
    await deletePlan(plan, { deleteSnapshots: true });
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    await world.atRest(id);
    const set = (status: string) => sql`update operations set status = ${status} where instance_id = ${id} and kind = 'deleteBackup'`;
    await set('running').execute(db);
    await goOnWithDeletions(deleting);
    expect(await deletionOf(plan.place.planId)).toMatchObject({ status: 'IN_PROGRESS', snapshotsLeft: 0 });
    await set('succeeded').execute(db);
    await goOnWithDeletions(deleting);
    expect(await deletionOf(plan.place.planId)).toMatchObject({ status: 'SUCCEEDED' });
  });
});
