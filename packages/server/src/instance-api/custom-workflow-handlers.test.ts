import { MASK } from '@cellplane/plan';
import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { callsPlan, openCalls, rested } from './calls.testing.js';
import { instanceHistory } from './history.js';
import { everythingStored } from '../lifecycle/life.testing.js';
import { instanceProgress } from './progress.js';
import { openRunViews } from './live/run-views.js';
import { workflowHandlers } from './run-handlers.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openCalls(database);
const { fleet, request } = world;
afterAll(() => world.close());

const plan = await world.offer(callsPlan());
const id = await world.create(plan);
await world.reach(id, 'RUNNING');
const operations = (await request('GET', fleet(plan, `instance/${id}`))).body['consumptionResourceInstanceResult'].supportedOperations;
const repair: string = operations.find((one: { verb: string }) => one.verb === 'Repair').id;
const audit: string = operations.find((one: { verb: string }) => one.verb === 'audit').id;

const execute = (workflow: string, body: object, more?: Parameters<typeof request>[3], instance = id) =>
  request('POST', fleet(plan, `instance/${instance}/custom-workflow/${workflow}/execute`), body, more);
const executions = (rest = '', instance = id) => request('GET', fleet(plan, `resource-instance/${instance}/workflow-executions${rest}`));
const statusOf = async (instance = id) => (await world.reach(instance, 'RUNNING', 'STOPPED', 'FAILED', 'DEPLOYING')).status;

/** Path of the customer's API: ids are as good as url keys. */
const { place } = plan;
const customerPath = (instance: string, rest: string) =>
  `/resource-instance/${place.serviceProviderId}/${place.serviceId}/v1/${place.environmentId}/${place.modelId}/${place.planId}/undefined/${instance}/${rest}`;

describe('what an instance supports', () => {
  it('has every verb of the plan by its wire name, a delete always, and custom workflows with their parameters', () => {
    const verbs = operations.map((one: { verb: string; source: string }) => `${one.source} ${one.verb}`);
    expect(verbs).toEqual([
      'SYSTEM_WORKFLOW START',
      'SYSTEM_WORKFLOW STOP',
      // There is no restart workflow; stop and start make one.
      'SYSTEM_WORKFLOW RESTART',
      'SYSTEM_WORKFLOW MODIFY',
      'SYSTEM_WORKFLOW ADD_CAPACITY',
      'SYSTEM_WORKFLOW REMOVE_CAPACITY',
      'SYSTEM_WORKFLOW FAILOVER',
      'SYSTEM_WORKFLOW DELETE',
      'LEGACY REBOOT',
      'LEGACY UPGRADE',
      'CUSTOM_WORKFLOW Repair',
      'CUSTOM_WORKFLOW audit',
    ]);
    const one = operations.find((operation: { verb: string }) => operation.verb === 'Repair');
    expect(one).toMatchObject({ name: 'Run repair', description: 'Mends what is broken', scope: ['FLEET', 'END_CUSTOMER'] });
    expect(one.id).toMatch(/^cwt-[A-Za-z0-9]{10}$/);
    expect(one.apiParameters.map((parameter: { key: string; required: boolean }) => [parameter.key, parameter.required])).toEqual([
      ['mode', true],
      ['retries', false],
      ['token', false],
      ['label', false],
      ['size', false],
    ]);
    expect(one.apiParameters[0].options).toEqual(['fast', 'full']);
  });

  it('has less where the plan has less', async () => {
    const small = await world.offer(callsPlan({ verbs: ['stop'] }));
    const other = await world.create(small);
    const { body } = await request('GET', fleet(small, `instance/${other}`));
    const verbs = body['consumptionResourceInstanceResult'].supportedOperations.map((one: { verb: string }) => one.verb);
    expect(verbs).toEqual(['STOP', 'DELETE', 'Repair', 'audit']);
    await world.reach(other, 'RUNNING');
    const restart = await request('POST', fleet(small, `instance/${other}/restart`), {});
    expect([restart.status, restart.body['code']]).toEqual([409, 'operation-not-offered']);
  });
});

describe('a call', () => {
  it('is answered at once; its execution tells who, with what, and what came of it; the instance stays RUNNING', async () => {
    world.held.add(`${id}-repair`);
    const token = 'a-very-secret-token';
    const called = await execute(repair, { resourceId: plan.resourceId, requestParams: { mode: 'fast', token } });
    expect(called.status).toBe(202);
    expect(called.body).toMatchObject({ workflowId: repair, status: expect.stringMatching(/^(PENDING|RUNNING)$/) });
    const executionId: string = called.body['workflowExecutionId'];
    await until(() => world.specOf(`${id}-repair`) as object | undefined, 'the Deed');
    // The request's values first, defaults among them; without a value of its own, the instance's of that name.
    expect(world.specOf(`${id}-repair`)).toEqual({ mode: 'fast', retries: 2, token, label: '', size: 7 });
    expect(await statusOf()).toBe('RUNNING');
    const look = () => instanceProgress(world.deps, openRunViews(world.deps), world.caller, id);
    expect(await look()).toMatchObject({ status: 'RUNNING', final: false, run: { kind: 'custom', verb: 'Repair' } });
    const described = await request('GET', fleet(plan, `service-workflows/${executionId}`));
    expect(described.body['Workflow']).toMatchObject({ verb: 'Repair' });
    const during = await request('GET', fleet(plan, `workflow-executions/${executionId}`));
    expect(during.body).toMatchObject({ status: 'RUNNING', outputs: {} });
    expect(during.body['endTime']).toBeUndefined();

    world.release(`${id}-repair`);
    await rested(world, id);
    expect(await look()).toMatchObject({ status: 'RUNNING', final: true });
    const { body } = await executions(`/${executionId}`);
    expect(body).toMatchObject({
      executionId,
      workflowId: repair,
      instanceId: id,
      verb: 'Repair',
      name: 'Run repair',
      status: 'SUCCEEDED',
      invokedBy: world.caller.userId,
      requestParams: { mode: 'fast', retries: 2, token: MASK },
      // Nobody said that the object is secret; it repeats what is.
      outputs: { phase: 'Done', seen: MASK, nothing: null },
    });
    expect(Date.parse(body['endTime'])).toBeGreaterThanOrEqual(Date.parse(body['startTime']));
    expect(body['tasks'].map((task: { kind: string; name: string; phase: string }) => `${task.kind} ${task.name} ${task.phase}`)).toContain(
      'task deed Succeeded',
    );
    expect(await statusOf()).toBe('RUNNING');
    expect(JSON.stringify([body, called.body, (await executions()).body])).not.toContain(token);
    expect(await everythingStored(database)).not.toContain(token);
  });

  it('can wait for the end, and answers outputs', async () => {
    const { status, body } = await execute(repair, { requestParams: { mode: 'full', size: 3 }, waitForCompletionSeconds: 30 });
    expect(status).toBe(202);
    expect(body).toMatchObject({ workflowId: repair, status: 'SUCCESS', outputs: { phase: 'Done', seen: { mode: 'full', size: 3 } } });
  });

  it('that fails tells code and message, and leaves the instance RUNNING and free', async () => {
    world.broken.add(`${id}-audit`);
    const { body } = await execute(audit, { waitForCompletionSeconds: 30 });
    expect(body).toMatchObject({
      status: 'FAILED',
      failureCode: expect.stringMatching(/./),
      failureMessage: expect.stringContaining('Broken'),
    });
    expect(body['outputs']).toBeUndefined();
    expect(await statusOf()).toBe('RUNNING');
    const record = (await executions(`/${body['workflowExecutionId']}`)).body;
    expect(record).toMatchObject({ status: 'FAILED', failureCode: body['failureCode'], failureMessage: body['failureMessage'] });
    world.broken.delete(`${id}-audit`);
    world.cluster.vanish('Deed', `${id}-audit`);
    expect((await execute(audit, { waitForCompletionSeconds: 30 })).body['status']).toBe('SUCCESS');
  });

  it('waits no longer than it was asked to, nor than anybody listens', async () => {
    world.cluster.vanish('Deed', `${id}-audit`);
    world.held.add(`${id}-audit`);
    const early = await execute(audit, { waitForCompletionSeconds: 1 });
    expect(early.body['status']).toMatch(/^(PENDING|RUNNING)$/);
    // A second call meets the lock.
    const second = await execute(repair, { requestParams: { mode: 'fast' } });
    expect([second.status, second.body['code']]).toEqual([409, 'conflicting-operation']);
    expect(second.body['message']).toContain('A conflicting operation is already in progress');
    world.release(`${id}-audit`);
    await rested(world, id);

    world.cluster.vanish('Deed', `${id}-audit`);
    world.held.add(`${id}-audit`);
    const gone = new AbortController();
    const waiting = execute(audit, { waitForCompletionSeconds: 60 }, { signal: gone.signal });
    await until(() => world.specOf(`${id}-audit`) as object | undefined, 'the Deed');
    const left = performance.now();
    gone.abort();
    expect((await waiting).body['status']).toMatch(/^(PENDING|RUNNING)$/);
    expect(performance.now() - left).toBeLessThan(30_000);
    world.release(`${id}-audit`);
    await rested(world, id);
  });

  it('names every parameter that is wrong, and does nothing', async () => {
    const before = (await executions()).body['workflowExecutions'].length;
    const wrong = { retries: 99, label: 'ABC', size: 'many', mdoe: 'fast', adminPassword: 'x' };
    const { status, body } = await execute(repair, { requestParams: wrong });
    expect([status, body['code']]).toEqual([400, 'invalid-parameters']);
    const details = Object.fromEntries(body['details'].map((one: { field: string; code: string }) => [one.field, one.code]));
    expect(details).toEqual({
      mode: 'missing-parameter',
      retries: 'above-maximum',
      label: 'pattern-mismatch',
      size: 'wrong-type',
      mdoe: 'unknown-parameter',
      adminPassword: 'unknown-parameter',
    });
    for (const key of Object.keys(details)) expect(body['message']).toContain(key);
    expect((await execute(repair, { requestParams: { mode: 'slow' } })).body['message']).toContain('fast, full');
    expect((await execute(repair, { requestParams: [1] })).status).toBe(400);
    for (const seconds of [61, -1]) {
      const refused = await execute(audit, { waitForCompletionSeconds: seconds });
      expect([refused.status, refused.body['details'][0].field]).toEqual([400, 'waitForCompletionSeconds']);
    }
    expect((await executions()).body['workflowExecutions'].length).toBe(before);
  });

  it('of what is not there is 404; of a workflow of the platform, 400', async () => {
    expect((await execute('cwt-0000000000', {})).status).toBe(404);
    expect((await execute(repair, { requestParams: { mode: 'fast' } }, undefined, 'instance-nowhere0')).status).toBe(404);
    const { body } = await request('GET', `/service/${place.serviceId}/product-tier/${place.planId}/custom-workflow`);
    const stop = body['customWorkflows'].find((one: { verb: string }) => one.verb === 'stop');
    const called = await execute(stop.id, {});
    expect([called.status, called.body['code']]).toEqual([400, 'system-workflow']);
    const elsewhere = `/fleet/service/${place.serviceId}/environment/se-nowhere/instance/${id}/custom-workflow/${audit}/execute`;
    expect((await request('POST', elsewhere, {})).status).toBe(404);
  });

  it('of a stopped instance is 409', async () => {
    const other = await world.create(plan);
    await world.reach(other, 'RUNNING');
    await request('POST', fleet(plan, `instance/${other}/stop`), {});
    await world.reach(other, 'STOPPED');
    const called = await execute(audit, {}, undefined, other);
    expect([called.status, called.body['code']]).toEqual([409, 'wrong-status']);
  });
});

describe('customers', () => {
  it('see and call what has their scope, on either route, and nothing else', async () => {
    const theirs = await world.create(plan);
    await world.reach(theirs, 'RUNNING');
    const customer = await world.giveToCustomer(theirs);
    const { body } = await request('GET', fleet(plan, `instance/${theirs}`), undefined, { caller: customer });
    const custom = body['consumptionResourceInstanceResult'].supportedOperations.filter(
      (one: { source: string }) => one.source === 'CUSTOM_WORKFLOW',
    );
    expect(custom.map((one: { verb: string }) => one.verb)).toEqual(['Repair']);

    for (const path of [
      customerPath(theirs, `custom-workflow/${audit}/execute`),
      fleet(plan, `instance/${theirs}/custom-workflow/${audit}/execute`),
      fleet(plan, `resource-instance/${theirs}/workflow/audit`),
    ]) {
      const refused = await request('POST', path, {}, { caller: customer });
      expect([refused.status, refused.body['code']]).toEqual([403, 'workflow-not-offered']);
    }
    await execute(audit, { waitForCompletionSeconds: 30 }, undefined, theirs);
    const [{ executionId: id }] = (await executions('?verb=audit', theirs)).body['workflowExecutions'];
    const params = { serviceId: place.serviceId, environmentId: place.environmentId, id };
    const workflows = workflowHandlers(world.deps);
    const none = { code: 'workflow-not-found' };
    await expect(workflows.describeWorkflow({ params, query: {}, body: undefined, caller: customer })).rejects.toMatchObject(none);
    await expect(workflows.listWorkflowEvents({ params, query: {}, body: undefined, caller: customer })).rejects.toMatchObject(none);
    await expect(workflows.terminateWorkflow({ params, query: {}, body: undefined, caller: customer })).rejects.toMatchObject(none);
    const at = { params: { id }, query: {}, body: { at: 'workflow' }, caller: customer };
    await expect(workflows.addBreakpoint(at)).rejects.toMatchObject(none);
    const views = openRunViews(world.deps);
    const kindSeenBy = async (caller: typeof customer) => (await instanceProgress(world.deps, views, caller, theirs)).run?.kind;
    expect([await kindSeenBy(world.caller), await kindSeenBy(customer)]).toEqual(['custom', undefined]);
    const doneToIt = async (caller: typeof customer) =>
      (await instanceHistory(database.db, caller, { instanceId: theirs })).operations.map((one) => one.verb ?? one.kind);
    expect([await doneToIt(world.caller), await doneToIt(customer)]).toEqual([['audit', 'create'], ['create']]);

    // The customer's route is the customer's, whoever calls it.
    expect((await request('POST', customerPath(theirs, `custom-workflow/${audit}/execute`), {})).status).toBe(403);

    const called = await request(
      'POST',
      customerPath(theirs, `custom-workflow/${repair}/execute`),
      { requestParams: { mode: 'fast' }, waitForCompletionSeconds: 30 },
      { caller: customer },
    );
    expect([called.status, called.body['status']]).toEqual([202, 'SUCCESS']);
    const found = await executions('', theirs);
    expect(found.body['workflowExecutions'][0]).toMatchObject({ verb: 'Repair', invokedBy: customer.userId });
    const asCustomer = await request('GET', fleet(plan, `resource-instance/${theirs}/workflow-executions`), undefined, {
      caller: customer,
    });
    expect(asCustomer.status).toBe(404);
    const one = fleet(plan, `workflow-executions/${called.body['workflowExecutionId']}`);
    expect((await request('GET', one, undefined, { caller: customer })).status).toBe(404);
  });

  it('of others find nothing, and paths that name another plan neither', async () => {
    const stranger = { ...world.caller, orgId: 'org-stranger' };
    const body = { requestParams: { mode: 'fast' } };
    for (const path of [
      customerPath(id, `custom-workflow/${repair}/execute`),
      fleet(plan, `instance/${id}/custom-workflow/${repair}/execute`),
      fleet(plan, `resource-instance/${id}/workflow/repair`),
    ])
      expect((await request('POST', path, body, { caller: stranger })).status).toBe(404);
    const { place: elsewhere } = await world.offer(callsPlan());
    const path = customerPath(id, `custom-workflow/${repair}/execute`);
    expect((await request('POST', path.replaceAll(place.planId, elsewhere.planId), body)).status).toBe(404);
  });
});

describe('verbs', () => {
  const verb = (word: string, body: object = {}) => request('POST', fleet(plan, `resource-instance/${id}/workflow/${word}`), body);

  it('custom ones, in any letter case', async () => {
    const { status, body } = await verb('rePAIR', { requestParams: { mode: 'fast' }, waitForCompletionSeconds: 30 });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      verb: 'Repair',
      status: 'SUCCEEDED',
      outputs: { phase: 'Done' },
      requestParams: { mode: 'fast', retries: 2 },
    });
    expect(body['tasks'].length).toBeGreaterThan(0);
  });

  it('of the platform: stop, start, restart, modify', async () => {
    expect((await verb('STOP', { waitForCompletionSeconds: 30 })).body).toMatchObject({ verb: 'STOP', status: 'SUCCEEDED' });
    expect(await statusOf()).toBe('STOPPED');
    expect((await verb('start', { waitForCompletionSeconds: 30 })).body).toMatchObject({ verb: 'START', status: 'SUCCEEDED' });
    // Without a restart workflow: the last of its steps is the start.
    expect((await verb('RESTART', { waitForCompletionSeconds: 30 })).body).toMatchObject({ verb: 'START', status: 'SUCCEEDED' });
    expect(await statusOf()).toBe('RUNNING');
    const modified = await verb('modify', { requestParams: { size: 8 }, waitForCompletionSeconds: 30 });
    expect(modified.body).toMatchObject({ verb: 'MODIFY', status: 'SUCCEEDED' });
    expect(world.specOf(`${id}-modify`)).toEqual({ size: 8, replicas: 1 });
  });

  it('of the platform: capacity and failover', async () => {
    const added = await verb('add-capacity', { requestParams: { capacityToBeAdded: 1 }, waitForCompletionSeconds: 30 });
    expect(added.body).toMatchObject({ verb: 'ADD_CAPACITY', status: 'SUCCEEDED', requestParams: { capacityToBeAdded: 1 } });
    const removed = await verb('removeCapacity', { requestParams: { capacityToBeRemoved: '1' }, waitForCompletionSeconds: 30 });
    expect(removed.body).toMatchObject({ verb: 'REMOVE_CAPACITY', status: 'SUCCEEDED' });
    const failedOver = await verb('failover', { requestParams: { failedReplicaId: 'db-2' }, waitForCompletionSeconds: 30 });
    expect(failedOver.body).toMatchObject({
      verb: 'FAILOVER',
      status: 'SUCCEEDED',
      requestParams: { failedReplicaId: 'db-2', failedReplicaAction: 'FAILOVER_ONLY' },
    });
    expect((await verb('add_capacity')).body).toMatchObject({
      code: 'invalid-capacity',
      message: 'capacityToBeAdded must be a whole number of at least 1.',
    });
  });

  it('that have operations of their own are refused with their place; unknown ones are 404', async () => {
    for (const word of ['backup', 'RESTORE', 'delete', 'deleteBackup', 'create']) {
      const { status, body } = await verb(word);
      expect([status, body['code']]).toEqual([400, 'verb-has-own-operation']);
      expect(body['message']).toMatch(/POST|DELETE/);
    }
    expect((await verb('dance')).status).toBe(404);
  });
});

describe('executions', () => {
  it('are listed newest first, by verb, status and time, in pages', async () => {
    const all = (await executions('?pageSize=200')).body['workflowExecutions'];
    expect(all.at(-1)).toMatchObject({ verb: 'create', status: 'SUCCEEDED' });
    const times = all.map((one: { startTime: string }) => Date.parse(one.startTime));
    expect(times).toEqual(times.toSorted((one: number, other: number) => other - one));
    const listed = async (query: string) =>
      (await executions(query)).body['workflowExecutions'].map((one: { executionId: string }) => one.executionId);
    const ids = (keep: (one: { verb: string; status: string }) => boolean) =>
      all.filter(keep).map((one: { executionId: string }) => one.executionId);
    expect(await listed('?verb=repair&pageSize=200')).toEqual(ids((one) => one.verb === 'Repair'));
    expect(await listed('?verb=ADD_CAPACITY')).toEqual(ids((one) => one.verb === 'ADD_CAPACITY'));
    expect(await listed('?status=failed')).toEqual(ids((one) => one.status === 'FAILED'));
    expect(await listed('?status=RUNNING')).toEqual([]);
    expect(await listed(`?startDate=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    expect(await listed(`?endDate=${new Date(Date.now() + 60_000).toISOString()}&pageSize=200`)).toHaveLength(all.length);

    const paged: string[] = [];
    let token = '';
    do {
      const { body } = await executions(`?pageSize=3${token === '' ? '' : `&nextPageToken=${encodeURIComponent(token)}`}`);
      paged.push(...body['workflowExecutions'].map((one: { executionId: string }) => one.executionId));
      token = body['nextPageToken'] ?? '';
    } while (token !== '');
    expect(paged).toEqual(ids(() => true));
  });

  it.each([
    '?status=DANCING',
    '?startDate=yesterday',
    '?nextPageToken=nonsense',
    `?nextPageToken=${Buffer.from('["2026-01-01x","y"]').toString('base64url')}`,
  ])('cannot be asked for by %s', async (query) => {
    expect((await executions(query)).status).toBe(400);
  });

  it('stay when the instance is gone', async () => {
    const other = await world.create(plan);
    await world.reach(other, 'RUNNING');
    const called = await execute(audit, { waitForCompletionSeconds: 30 }, undefined, other);
    await request('DELETE', fleet(plan, `instance/${other}`), {});
    await world.reach(other, 'DELETED');
    const listed = (await executions('', other)).body['workflowExecutions'];
    expect(listed.map((one: { verb: string }) => one.verb)).toEqual(['DELETE', 'audit', 'create']);
    const one = await executions(`/${called.body['workflowExecutionId']}`, other);
    expect(one.body).toMatchObject({ verb: 'audit', status: 'SUCCEEDED' });
    expect((await executions(`/${called.body['workflowExecutionId']}`)).status).toBe(404);
    expect((await execute(audit, {}, undefined, other)).status).toBe(404);
  });
});
