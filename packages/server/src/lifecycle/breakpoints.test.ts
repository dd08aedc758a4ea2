import { afterAll, describe, expect, it } from 'vitest';
import { transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { resumeRun } from '../engine/control-run.js';
import { describeRun } from '../engine/describe-run.js';
import { until } from '../engine/engine.testing.js';
import { runEvents } from '../engine/run-events.js';
import { addBreakpoint, breakpointsOf } from '../instance-api/breakpoint-requests.js';
import { modifyInstance } from './requests/change-instance.js';
import { deleteInstance } from './requests/delete-instance.js';
import { instanceHistory } from '../instance-api/history.js';
import { openWorld } from './life.testing.js';
import { eventsOnWire } from '../instance-api/run-wire.js';

const database = await testDatabase({ poolSize: 20 });
const { db } = database;
const world = await openWorld(database);
const { deps, cluster, caller } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
cluster.serve('example.com/v1', 'Thing', 'things');

const resource = (name: string) => `
      create:
        workflow:
          entrypoint: main
          templates:
            - name: main
              dag:
                tasks:
                  - {name: first, template: ${name}}
                  - {name: second, template: ${name}, dependencies: [first]}
            - name: ${name}
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: ${name}`;

const plan = `
name: Breakpoints
deployment:
  hostedDeployment:
    awsAccountId: "123456789012"
    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"
tenancyType: CUSTOM_TENANCY
services:
  - name: App
    dependsOn: [store]
    apiParameters:
      - {key: size, type: String, modifiable: true, defaultValue: "1"}
    systemWorkflows:${resource('app')}
      modify:
        workflow:
          entrypoint: change
          templates:
            - name: change
              resource:
                action: apply
                manifest: |
                  apiVersion: example.com/v1
                  kind: Thing
                  metadata:
                    name: app
                successCondition: status.phase == ready
                failureCondition: status.phase == broken
  - name: Store
    internal: true
    systemWorkflows:${resource('store')}
`;
const offered = { ...(await world.offer(plan)), resourceKey: 'app', resourceId: '' };
const held = (id: string, place: string) =>
  until(async () => {
    const hit = (await breakpointsOf(db, id)).find((one) => one.status === 'Hit' && one.place === place);
    if (hit === undefined) return undefined;
    const { operations } = await instanceHistory(db, caller, { instanceId: id });
    return operations[0]?.runs.at(-1);
  }, `${id} to be held before ${place}`);
const resume = async (runId: string) => {
  await transaction(db, (tx) => resumeRun(tx, runId));
  deps.wake(runId);
};

describe('breakpoints of a create', () => {
  it('hold the runs of the resources, tasks and stages that they name, one after the other', async () => {
    const breakpoints = [
      { id: 'store', events: [] },
      { id: 'App', events: ['second', 'publish'] },
    ];
    const id = await world.create(offered, { breakpoints });
    const first = await held(id, 'the first task');
    expect(first).toMatchObject({ status: 'PAUSED', resourceKey: 'store' });
    expect(await breakpointsOf(db, id)).toEqual([
      expect.objectContaining({ id: 'store', status: 'Hit' }) as object,
      { id: 'App', event: 'second', status: 'Pending', place: 'task second of app' },
      { id: 'App', event: 'publish', status: 'Pending', place: 'stage publish of app' },
    ]);
    expect(cluster.find('ConfigMap', 'store', id)).toBeUndefined();
    const run = await describeRun({ db, sealer: deps.sealer }, first?.id ?? '');
    if (run === undefined) throw new Error('no run');
    const events = eventsOnWire(run, await runEvents(db, { runId: run.id, limit: 100 }), { id: '', key: '', name: '' });
    expect(events[0]?.workflowSteps.find((step) => step.stepName === 'workflow')?.events.map((event) => event.message)).toEqual([
      'held before the first task by a breakpoint (store); resume the run to go on',
    ]);
    await resume(first?.id ?? '');
    const second = await held(id, 'task second');
    expect(second?.id).not.toBe(first?.id);
    await resume(second?.id ?? '');
    await held(id, 'stage publish');
    await resume(second?.id ?? '');
    await world.reach(id, 'RUNNING');
    expect(await breakpointsOf(db, id)).toEqual([]);
  });

  it('take the reference’s events of Helm for the stages that they are here', async () => {
    const id = await world.create(offered, { breakpoints: [{ id: 'app', events: ['StartHelmInstall', 'CompleteHelmInstall'] }] });
    for (const stage of ['stage charts', 'stage access']) await resume((await held(id, stage))?.id ?? '');
    expect(await world.reach(id, 'RUNNING')).toMatchObject({ status: 'RUNNING' });
  });

  it('that mean nothing are refused, naming what there is', async () => {
    const create = (...breakpoints: { id: string; events: string[] }[]) => world.create(offered, { breakpoints });
    await expect(create({ id: 'nothing', events: [] })).rejects.toMatchObject({
      code: 'unknown-breakpoint',
      message: expect.stringMatching(/: nothing\. .*App \(first, second\).*stages: charts/) as string,
    });
    await expect(create({ id: 'app', events: ['StartTerraformApply'] })).rejects.toMatchObject({
      message: expect.stringContaining('app: StartTerraformApply') as string,
    });
  });
});

describe('a breakpoint of a run that goes on', () => {
  it('is set by name, for who may see the instance', async () => {
    const id = await world.create(offered, { breakpoints: [{ id: 'first', events: [] }] });
    const run = await held(id, 'task first');
    const add = (at: string, orgId = caller.orgId) => addBreakpoint(deps, { orgId }, { runId: run?.id ?? '', at });
    expect((await add('second')).breakpoints.map((one) => [one.id, one.status])).toEqual([
      ['first', 'Hit'],
      ['second', 'Pending'],
    ]);
    await expect(add('third')).rejects.toMatchObject({
      code: 'unknown-breakpoint',
      message: expect.stringContaining('it has charts') as string,
    });
    await expect(add('charts')).rejects.toMatchObject({ code: 'breakpoint-too-late' });
    await expect(add('second', 'org-other')).rejects.toMatchObject({ code: 'workflow-not-found' });
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
  });
});

describe('the history of an instance', () => {
  it('tells every operation with who, when, how it ended and its runs, page by page, also after the delete', async () => {
    const id = await world.create(offered);
    await world.reach(id, 'RUNNING');
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: '2' } });
    await until(() => cluster.find('Thing', 'app', id), 'the thing');
    cluster.setStatus('Thing', 'app', { phase: 'broken' }, id);
    await world.reach(id, 'FAILED');
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    const all = await instanceHistory(db, caller, { instanceId: id });
    expect(all).toMatchObject({ status: 'DELETED', deletedAt: expect.any(String) as string, serviceId: offered.place.serviceId });
    expect(
      all.operations.map(({ kind, status, runs }) => [kind, status, ...runs.map((run) => `${run.verb} ${run.resourceKey} ${run.status}`)]),
    ).toEqual([
      ['delete', 'SUCCEEDED', 'delete app SUCCESS'],
      ['modify', 'FAILED', 'modify app FAILED'],
      ['create', 'SUCCEEDED', 'create store SUCCESS', 'create app SUCCESS'],
    ]);
    expect(all.operations[1]).toMatchObject({
      requestedBy: caller.userId,
      message: expect.stringContaining('status.phase == broken') as string,
      endTime: expect.any(String) as string,
    });
    expect(all.operations[1]?.requestedByName).not.toBe(caller.userId);
    const paged: string[] = [];
    for (let token: string | undefined = ''; token !== undefined; ) {
      const page: typeof all = await instanceHistory(db, caller, { instanceId: id, pageSize: 1, nextPageToken: token });
      paged.push(...page.operations.map((operation) => operation.kind));
      token = page.nextPageToken;
    }
    expect(paged).toEqual(['delete', 'modify', 'create']);
  });

  it('is nobody else’s, and takes only its own page tokens', async () => {
    const id = await world.create(offered);
    await expect(instanceHistory(db, { orgId: 'org-other' }, { instanceId: id })).rejects.toMatchObject({ code: 'instance-not-found' });
    for (const nextPageToken of ['x', Buffer.from('["yesterday","op-1"]').toString('base64url')])
      await expect(instanceHistory(db, caller, { instanceId: id, nextPageToken })).rejects.toMatchObject({ code: 'bad-page-token' });
    await world.reach(id, 'RUNNING');
  });
});
