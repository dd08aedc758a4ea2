import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import type { OfferedResource } from '../catalog/catalog.js';
import { until } from '../engine/engine.testing.js';
import { callsPlan, openCalls, type PlanParts, rested } from './calls.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openCalls(database);
const { fleet, request } = world;
afterAll(() => world.close());

async function running(parts: PlanParts = {}) {
  const plan = await world.offer(callsPlan(parts));
  const id = await world.create(plan);
  await world.reach(id, 'RUNNING');
  return { plan, id };
}
const post = (of: { plan: OfferedResource; id: string }, action: string, body: object) =>
  request('POST', fleet(of.plan, `instance/${of.id}/${action}`), body);
const describeIt = async ({ plan, id }: { plan: OfferedResource; id: string }) => {
  const { body } = await request('GET', fleet(plan, `instance/${id}`));
  const { currentReplicas, minReplicas, maxReplicas, status } = body.consumptionResourceInstanceResult;
  return { currentReplicas, minReplicas, maxReplicas, status, parameters: body.input_params };
};

describe('scaling', () => {
  it('runs the workflow towards the new count, and counts it once it is there', async () => {
    const one = await running();
    expect(await describeIt(one)).toMatchObject({ currentReplicas: '1', minReplicas: '1', maxReplicas: '5' });
    world.held.add(`${one.id}-addcapacity`);
    const accepted = await post(one, 'add-capacity', { resourceId: one.plan.resourceId, capacityToBeAdded: 2 });
    expect([accepted.status, accepted.body]).toEqual([200, {}]);
    await until(() => world.specOf(`${one.id}-addcapacity`) as object | undefined, 'the Deed');
    expect(world.specOf(`${one.id}-addcapacity`)).toEqual({ replicas: 3 });
    expect(await describeIt(one)).toMatchObject({ currentReplicas: '1', status: 'SCALING_UP' });
    const second = await post(one, 'remove-capacity', { capacityToBeRemoved: 1 });
    expect([second.status, second.body.code]).toEqual([409, 'conflicting-operation']);
    world.release(`${one.id}-addcapacity`);
    await rested(world, one.id);
    expect(await describeIt(one)).toMatchObject({ currentReplicas: '3', status: 'RUNNING', parameters: { replicaCount: 3 } });

    // A modify does not take it back; one that changes the count is counted from.
    await request('PATCH', fleet(one.plan, `instance/${one.id}`), { requestParams: { size: 9 } });
    await rested(world, one.id);
    expect(world.specOf(`${one.id}-modify`)).toEqual({ size: 9, replicas: 3 });
    await request('PATCH', fleet(one.plan, `instance/${one.id}`), { requestParams: { replicaCount: 5 } });
    await rested(world, one.id);
    world.held.add(`${one.id}-removecapacity`);
    await post(one, 'remove-capacity', { capacityToBeRemoved: 4 });
    await until(() => world.specOf(`${one.id}-removecapacity`) as object | undefined, 'the Deed');
    expect((await describeIt(one)).status).toBe('SCALING_DOWN');
    world.release(`${one.id}-removecapacity`);
    await rested(world, one.id);
    expect(world.specOf(`${one.id}-removecapacity`)).toEqual({ replicas: 1 });
    expect(await describeIt(one)).toMatchObject({ currentReplicas: '1', status: 'RUNNING' });
  });

  it('outside the bounds is 400 with the numbers', async () => {
    const one = await running({ service: 'capabilities: {autoscaling: {minReplicas: 2, maxReplicas: 4}}', counted: false });
    expect(await describeIt(one)).toMatchObject({ currentReplicas: '2', minReplicas: '2', maxReplicas: '4' });
    const above = await post(one, 'add-capacity', { capacityToBeAdded: 3 });
    expect([above.status, above.body.code]).toEqual([400, 'capacity-out-of-bounds']);
    expect(above.body.message).toBe('The instance has 2 replicas and would have 5; allowed are 2 to 4.');
    const below = await post(one, 'remove-capacity', { capacityToBeRemoved: 1 });
    expect(below.body.message).toBe('The instance has 2 replicas and would have 1; allowed are 2 to 4.');
    expect(below.body.details).toEqual([
      { field: 'capacityToBeRemoved', code: 'below-minimum', message: 'leads to 1; allowed are 2 to 4' },
    ]);
    // Without a parameter, what the last scaling left is the present count.
    await post(one, 'add-capacity', { capacityToBeAdded: 2 });
    await rested(world, one.id);
    expect(world.specOf(`${one.id}-addcapacity`)).toEqual({ replicas: 4 });
    expect((await post(one, 'add-capacity', { capacityToBeAdded: 1 })).body.message).toContain('has 4 replicas and would have 5');
  });

  it('by more than any number of replicas is called too much', async () => {
    const { status, body } = await post(shared, 'remove-capacity', { capacityToBeRemoved: 2 ** 60 });
    expect([status, body.code]).toEqual([400, 'invalid-capacity']);
    expect(body.message).toBe(`capacityToBeRemoved must be a whole number of 1 to 2147483647; it is ${2 ** 60}.`);
    expect(body.details).toEqual([{ field: 'capacityToBeRemoved', code: 'above-maximum', message: 'must be 1 to 2147483647' }]);
  });

  it.each([0, -1, 1.5, 'two', undefined, 2 ** 60])('by %s is 400', async (by) => {
    const { status } = await request('POST', fleet(shared.plan, `instance/${shared.id}/add-capacity`), { capacityToBeAdded: by });
    expect(status).toBe(400);
  });

  it('without a limit of the plan ends where Kubernetes cannot count further', async () => {
    const one = await running({ service: 'compute: {replicaCount: 1}', counted: false });
    const { status, body } = await post(one, 'add-capacity', { capacityToBeAdded: 3_000_000_000 });
    expect([status, body.code]).toEqual([400, 'capacity-out-of-bounds']);
    expect(body.message).toBe('The instance has 1 replicas and would have 3000000001; allowed are 1 to 2147483647.');
    const below = await post(one, 'remove-capacity', { capacityToBeRemoved: 1 });
    expect(below.body.message).toBe('The instance has 1 replicas and would have 0; allowed are at least 1.');
  });

  it('that fails leaves the count as it was', async () => {
    const one = await running();
    world.broken.add(`${one.id}-addcapacity`);
    await post(one, 'add-capacity', { capacityToBeAdded: 1 });
    await world.reach(one.id, 'FAILED');
    expect(await describeIt(one)).toMatchObject({ currentReplicas: '1', parameters: { replicaCount: 1 } });
    const again = await post(one, 'add-capacity', { capacityToBeAdded: 1 });
    // FAILED is how that one ended, not how the product is.
    expect(again.status).toBe(200);
  });

  it('is refused with the reason where nothing tells the count, where the plan has no workflow, and where it is stopped', async () => {
    const uncounted = await running({ counted: false });
    expect((await describeIt(uncounted)).currentReplicas).toBeUndefined();
    const unknown = await post(uncounted, 'add-capacity', { capacityToBeAdded: 1 });
    expect([unknown.status, unknown.body.code]).toEqual([409, 'replica-count-unknown']);
    expect(unknown.body.message).toMatch(/declare the parameter replicaCount of database, or set compute\.replicaCount/);
    const without = await running({ verbs: ['modify'] });
    const unoffered = await post(without, 'remove-capacity', { capacityToBeRemoved: 1 });
    expect([unoffered.status, unoffered.body.code]).toEqual([409, 'operation-not-offered']);
    await post(uncounted, 'stop', {});
    await world.reach(uncounted.id, 'STOPPED');
    expect((await post(uncounted, 'add-capacity', { capacityToBeAdded: 1 })).body.code).toBe('wrong-status');
  });

  it('counts by the parameter that the plan names', async () => {
    const plan = callsPlan({ service: 'compute: {replicaCountAPIParam: size}', counted: false });
    const offered = await world.offer(plan);
    const id = await world.create(offered);
    await world.reach(id, 'RUNNING');
    await post({ plan: offered, id }, 'add-capacity', { capacityToBeAdded: 1 });
    await rested(world, id);
    expect(world.specOf(`${id}-addcapacity`)).toEqual({ replicas: 8 });
    expect(await describeIt({ plan: offered, id })).toMatchObject({ currentReplicas: '8', parameters: { size: 8 } });
  });
});

const shared = await running();

describe('failover', () => {
  it('hands the replica and what is to be done with it to the workflow, however the id is spelled', async () => {
    expect((await post(shared, 'failover', { failedReplicaID: 'db-1' })).status).toBe(200);
    await rested(world, shared.id);
    expect(world.specOf(`${shared.id}-failover`)).toEqual({ replica: 'db-1', action: 'FAILOVER_ONLY' });
    await post(shared, 'failover', { failedReplicaId: 'db-2', failedReplicaAction: 'FAILOVER_AND_RECREATE' });
    await rested(world, shared.id);
    expect(world.specOf(`${shared.id}-failover`)).toEqual({ replica: 'db-2', action: 'FAILOVER_AND_RECREATE' });
    expect((await describeIt(shared)).status).toBe('RUNNING');
  });

  it('refuses other actions with the three there are, and a missing replica', async () => {
    const wrong = await post(shared, 'failover', { failedReplicaID: 'db-1', failedReplicaAction: 'FAILOVER_TWICE' });
    expect(wrong.status).toBe(400);
    expect(wrong.body.message).toBe('failedReplicaAction must be one of FAILOVER_ONLY, FAILOVER_AND_RESTART, FAILOVER_AND_RECREATE.');
    for (const body of [{}, { failedReplicaID: ' ' }, { failedReplicaID: 'x'.repeat(254) }, { failedReplicaID: 'a\nb' }]) {
      const refused = await post(shared, 'failover', body);
      expect([refused.status, refused.body.details[0].field]).toEqual([400, 'failedReplicaID']);
    }
  });

  it('is not offered without its workflow', async () => {
    const one = await running({ verbs: ['stop'] });
    const refused = await post(one, 'failover', { failedReplicaID: 'db-1' });
    expect([refused.status, refused.body.code]).toEqual([409, 'operation-not-offered']);
  });
});

describe('customers', () => {
  it('scale and fail over what is theirs on their own routes', async () => {
    const theirs = await running();
    const customer = await world.giveToCustomer(theirs.id);
    const { place } = theirs.plan;
    const path = (rest: string, instance = theirs.id) =>
      `/resource-instance/${place.serviceProviderId}/${place.serviceId}/v1/${place.environmentId}/${place.modelId}/${place.planId}/database/${instance}/${rest}`;
    const as = { caller: customer };
    expect((await request('POST', path('add-capacity'), { capacityToBeAdded: 1 }, as)).status).toBe(202);
    await rested(world, theirs.id);
    expect((await request('POST', path('remove-capacity'), { capacityToBeRemoved: 1 }, as)).status).toBe(202);
    await rested(world, theirs.id);
    // As the reference's portal sends it.
    const sent = { failedReplicaId: 'db-2', failedReplicaAction: 'FAILOVER_AND_RESTART' };
    expect((await request('POST', path('failover'), sent, as)).status).toBe(202);
    await rested(world, theirs.id);
    expect(world.specOf(`${theirs.id}-removecapacity`)).toEqual({ replicas: 1 });
    expect(world.specOf(`${theirs.id}-failover`)).toMatchObject({ replica: 'db-2' });
    for (const [action, body] of [
      ['add-capacity', { capacityToBeAdded: 1 }],
      ['remove-capacity', { capacityToBeRemoved: 1 }],
      ['failover', { failedReplicaID: 'db-1' }],
    ] as const)
      expect((await request('POST', path(action, shared.id), body, as)).status).toBe(404);
  });
});
