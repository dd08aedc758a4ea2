import { MASK } from '@cellplane/plan';
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { until } from '../../engine/engine.testing.js';
import { callsPlan, openCalls, rested } from '../calls.testing.js';
import { listingHandlers } from '../listing/handlers.js';
import { openRunViews } from '../live/run-views.js';
import { fleetHandlers } from './handlers.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openCalls(database);
const { request, cluster } = world;
afterAll(() => world.close());

const plan = await world.offer(callsPlan());
const [running, other] = [await world.create(plan), await world.create(plan)];
await world.reach(running, 'RUNNING');
await world.reach(other, 'RUNNING');
const stranger = { ...world.caller, orgId: 'org-stranger' };
// A role for another product reaches the handler as this.
const elsewhere = { ...world.caller, products: ['s-another'] };
const handlers = fleetHandlers(world.deps, openRunViews(world.deps));
const asked = { query: {}, body: undefined, caller: elsewhere };

const fleet = async (query = '', caller = world.caller) => (await request('GET', `/api/fleet${query}`, undefined, { caller })).body;
const listed = async (query = '', caller = world.caller) => (await request('GET', `/api/runs${query}`, undefined, { caller })).body;

describe('the fleet', () => {
  it('counts instances by plan version, cell and status, of the products that the caller may see', async () => {
    const { groups } = await fleet();
    expect(groups).toMatchObject([
      { planId: plan.place.planId, planName: 'Calls', version: '1.0', cell: 'simulated', total: 2, statuses: { RUNNING: 2 } },
    ]);
    const none = { groups: [], waiting: [], alarms: [], underWay: { count: 0, operations: [] } };
    expect(await fleet('', stranger)).toMatchObject(none);
    expect(await handlers.describeFleet({ ...asked, params: {} })).toMatchObject(none);
  });

  it('is of one product or environment where they are asked for; others’ are as if they were not there', async () => {
    const { serviceId, environmentId } = plan.place;
    for (const query of [
      `?serviceId=${serviceId}`,
      `?environmentId=${environmentId}`,
      `?serviceId=${serviceId}&environmentId=${environmentId}`,
    ])
      expect((await fleet(query)).groups).toMatchObject([{ total: 2 }]);
    for (const query of ['?serviceId=s-another', '?environmentId=se-another', `?serviceId=s-another&environmentId=${environmentId}`]) {
      expect((await fleet(query)).groups).toEqual([]);
      expect((await listed(query)).runs).toEqual([]);
    }
    expect((await listed(`?serviceId=${serviceId}&environmentId=${environmentId}`)).runs).toHaveLength(2);
    expect((await fleet(`?serviceId=${serviceId}`, stranger)).groups).toEqual([]);
    expect((await listed(`?environmentId=${environmentId}`, stranger)).runs).toEqual([]);
  });

  it('groups what instances wait for by its cause, and names the failed and the stuck ones', async () => {
    const { operator } = cluster;
    cluster.operator = () => {};
    const waiting = [await world.create(plan), await world.create(plan)];
    const found = await until(async () => {
      const body = await fleet();
      return body['waiting'][0]?.count === 2 && body['waiting'][0].cause === 'gate' ? body : undefined;
    }, 'both to wait');
    expect(found.waiting[0]).toMatchObject({ cause: 'gate', of: 'Deed', count: 2 });
    expect(new Set(found.waiting[0].instanceIds)).toEqual(new Set(waiting));
    // The list is filtered by the same cause.
    const { listSeenInstances } = listingHandlers(world.deps);
    const waitFor = async (waitsFor: string) =>
      (await listSeenInstances({ ...asked, params: {}, query: { waitsFor }, caller: world.caller })).instances;
    expect(new Set((await waitFor('gate Deed')).map(({ id }) => id))).toEqual(new Set(waiting));
    expect(await waitFor('gate Other')).toEqual([]);
    expect(await waitFor('gate Other, gate Deed')).toHaveLength(2);
    expect(await waitFor('gate Deed\\, or another')).toEqual([]);
    const there = `serviceId=${plan.place.serviceId}&environmentId`;
    expect(await fleet(`?${there}=${plan.place.environmentId}`)).toMatchObject({ waiting: [{ count: 2 }], underWay: { count: 2 } });
    expect(await fleet(`?${there}=se-another`)).toMatchObject({ waiting: [], underWay: { count: 0 } });
    expect(found.underWay).toMatchObject({ count: 2 });
    expect(found.underWay.operations[0]).toMatchObject({ kind: 'create', paused: false, planName: 'Calls' });
    expect(found.alarms).toEqual([]);
    await sql`update operations set created_at = now() - interval '1 hour' where instance_id = ${waiting[0]} and status = 'running'`.execute(
      database.db,
    );
    expect((await fleet('?stuckAfterMinutes=30')).alarms).toEqual([{ kind: 'stuck', count: 1, instanceIds: [waiting[0]] }]);
    expect((await fleet('?stuckAfterMinutes=90')).alarms).toEqual([]);
    expect((await fleet('?stuckAfterMinutes=30&environmentId=se-another')).alarms).toEqual([]);
    cluster.operator = operator;
    world.broken.add(`${waiting[0]}-create`);
    for (const id of waiting) world.release(`${id}-create`);
    await world.reach(waiting[0] ?? '', 'FAILED');
    await world.reach(waiting[1] ?? '', 'RUNNING');
    expect((await fleet()).alarms).toEqual([{ kind: 'failed', count: 1, instanceIds: [waiting[0]] }]);
    expect((await fleet()).instanceNames).toEqual({});
    await sql`update instances set tags = '[{"key":"Name","value":" orders "}]' where id = ${waiting[0]}`.execute(database.db);
    expect((await fleet()).instanceNames).toEqual({ [waiting[0] ?? '']: 'orders' });
    expect((await listed(`?instanceId=${waiting[0]}`)).runs).toMatchObject([{ instanceName: 'orders' }]);
    expect((await listed(`?instanceId=${running}`)).runs[0].instanceName).toBeUndefined();
  });
});

describe('runs', () => {
  it('are listed by verb, phase, plan, instance and time, in pages', async () => {
    const { runs } = await listed();
    expect(runs).toHaveLength(4);
    expect(runs[0]).toMatchObject({ verb: 'create', serviceId: plan.place.serviceId, planId: plan.place.planId, version: '1.0' });
    expect((await listed('?phase=failed')).runs).toHaveLength(1);
    expect((await listed('?phase=running,Succeeded')).runs).toHaveLength(3);
    expect((await listed('?verb=MODIFY')).runs).toEqual([]);
    expect((await listed(`?instanceId=${running}`)).runs).toMatchObject([{ instanceId: running }]);
    expect((await listed('?planId=pt-another')).runs).toEqual([]);
    expect((await listed(`?startDate=${new Date(Date.now() + 60_000).toISOString()}`)).runs).toEqual([]);
    const first = await listed('?pageSize=3');
    const rest = await listed(`?pageSize=3&nextPageToken=${first.nextPageToken}`);
    expect([...first.runs, ...rest.runs].map(({ id }: { id: string }) => id)).toEqual(runs.map(({ id }: { id: string }) => id));
    expect((await request('GET', '/api/runs?phase=dancing')).status).toBe(400);
    expect((await listed('', stranger)).runs).toEqual([]);
    expect((await handlers.listRuns({ ...asked, params: {} })).runs).toEqual([]);
  });

  it('of a custom workflow go by its verb, and show what was sent and seen at each moment, with secrets masked', async () => {
    world.held.add(`${running}-repair`);
    const token = 'hidden-9f8e7d6c';
    await request('POST', world.fleet(plan, `resource-instance/${running}/workflow/repair`), { requestParams: { mode: 'fast', token } });
    const name = `${running}-repair`;
    await until(async () => cluster.find('Deed', name), 'the Deed');
    cluster.setStatus('Deed', name, { phase: 'Busy', said: `uses ${token}` });
    const [run] = (await listed('?verb=repair')).runs;
    expect(run).toMatchObject({ verb: 'Repair', WorkflowType: 'CUSTOM_WORKFLOW', instanceId: running });
    const describe_ = async () => (await request('GET', `/api/runs/${run.id}`)).body;
    await until(
      async () =>
        (await describe_()).observations.some((one: { status?: { phase?: string } }) => one.status?.phase === 'Busy') || undefined,
      'Busy',
    );
    world.release(name);
    await rested(world, running);

    const body = await describe_();
    expect(JSON.stringify(body)).not.toContain(token);
    expect(body.run).toMatchObject({ id: run.id, status: 'SUCCESS', planName: 'Calls' });
    const task = body.tasks.find(({ kind }: { kind: string }) => kind === 'task');
    const seen = body.observations.filter(({ nodeId }: { nodeId: string }) => nodeId === task.nodeId);
    const phases = seen.map(({ status }: { status?: { phase?: string } }) => status?.phase);
    expect(phases.indexOf('Busy')).toBeGreaterThanOrEqual(0);
    expect(phases.indexOf('Done')).toBeGreaterThan(phases.indexOf('Busy'));
    const busy = seen[phases.indexOf('Busy')];
    expect(busy).toMatchObject({ state: 'waiting', success: { value: false, live: 'Busy' }, status: { said: `uses ${MASK}` } });
    expect(seen.at(-1)).toMatchObject({ state: 'succeeded', success: { value: true, live: 'Done' } });
    const started = body.events.find(
      ({ nodeId, type }: { nodeId?: string; type: string }) => nodeId === task.nodeId && type === 'WorkflowStepStarted',
    );
    expect(started.details.manifest).toMatchObject({ kind: 'Deed', spec: { mode: 'fast', token: MASK } });
    expect((await request('GET', `/api/runs/${run.id}`, undefined, { caller: stranger })).status).toBe(404);
    await expect(handlers.describeRun({ ...asked, params: { id: run.id } })).rejects.toMatchObject({ kind: 'not_found' });
    expect((await request('GET', '/api/runs/submit-create-instance-nowhere1-abc')).status).toBe(404);
  });
});
