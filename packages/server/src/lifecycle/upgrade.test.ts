/** One instance comes to another version of its plan: what runs, what counts when, and what a failure leaves. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { OfferedResource } from '../catalog/catalog.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { evaluateOnInstance } from '../instance-api/evaluate-expression.js';
import { lockInstance, selectInstance } from '../instances/store.js';
import { serveThings } from './every-verb.testing.js';
import { openWorld } from './life.testing.js';
import { modifyInstance } from './requests/change-instance.js';
import { controlOperation } from './requests/control-operation.js';
import { deleteInstance } from './requests/delete-instance.js';
import { beginRollback, beginUpgrade, checkUpgrade, upgradeInstance } from './requests/upgrade-instance.js';
import { customThing, planOf } from './upgrade.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
const { db } = deps;
const things = serveThings(cluster);
cluster.serve('v1', 'ConfigMap', 'configmaps');
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
afterEach(() => {
  things.held.clear();
  things.broken.clear();
});

const size = '{key: size, type: String, modifiable: true, defaultValue: "1"}';
const main = { name: 'Main', parameters: [size], spec: { size: '{{ $var.size }}' } };

/** A plan with these versions, and a running instance of the first. */
async function instanceOf(first: string, ...later: string[]): Promise<{ id: string; offered: OfferedResource }> {
  const offered = { ...(await world.offer(first)), resourceKey: 'main' };
  const id = await world.create(offered);
  await world.reach(id, 'RUNNING');
  for (const spec of later) await world.offerNext(offered, spec);
  return { id, offered };
}

const upgrade = (instanceId: string, target: string, more: { parameters?: unknown; removeDropped?: boolean } = {}) =>
  upgradeInstance(deps, caller, { instanceId, target, ...more });

async function instance(id: string) {
  const row = await selectInstance(db, id);
  if (row === undefined) throw new Error(`there is no ${id}`);
  return row;
}

/** The runs of the last operation in their order, as `verb resource version`. */
async function runsOfLast(id: string): Promise<string[]> {
  const { rows } = await sql<{ run: string }>`
    select coalesce(data->'step'->>'customVerb', kind) || ' ' || (data->>'resourceKey') || ' ' || (data->>'planVersion') as run from runs
    where subject = ${id} and data->>'operationId' = (select id from operations where instance_id = ${id} order by created_at desc limit 1)
    order by created_at`.execute(db);
  return rows.map(({ run }) => run);
}

async function lastOperation(id: string): Promise<{ id: string; kind: string; status: string; run: string }> {
  const { rows } = await sql<{ id: string; kind: string; status: string; run: string }>`
    select id, kind, status, run_id as run from operations where instance_id = ${id} order by created_at desc limit 1`.execute(db);
  if (rows[0] === undefined) throw new Error(`${id} has no operation`);
  return rows[0];
}

const thing = (id: string, name: string) => cluster.find('Thing', name, id)?.['spec'] as Record<string, string> | undefined;
const operations = async (id: string) => (await sql`select 1 from operations where instance_id = ${id}`.execute(db)).rows.length;

describe('an upgrade', () => {
  it('runs modify of the new version with its defaults; version and values count when that has succeeded', async () => {
    const mode = '{key: mode, type: String, required: true, defaultValue: "fast"}';
    const second = planOf({ ...main, parameters: [size, mode], spec: { size: '{{ $var.size }}', mode: '{{ $var.mode }}' } });
    const { id } = await instanceOf(planOf(main), second);
    things.held.add('main');
    const { runId } = await upgrade(id, '2.0', { parameters: { size: '7' } });
    expect(runId).toMatch(/^submit-update-/);
    await until(() => thing(id, 'main')?.['mode'], 'the modify of the new version');
    expect(await instance(id)).toMatchObject({ status: 'DEPLOYING', planVersion: '1.0', parameters: { size: '1' } });
    things.held.delete('main');
    things.settle('main', id);
    await world.reach(id, 'RUNNING');
    expect(await instance(id)).toMatchObject({ planVersion: '2.0', parameters: { size: '7', mode: 'fast' } });
    expect(thing(id, 'main')).toEqual({ by: 'modify', size: '7', mode: 'fast' });
    expect(await runsOfLast(id)).toEqual(['modify main 2.0']);
    const { rows } = await sql<{ payload: object }>`
      select payload from events where subject = ${id} and kind in ('operation-started', 'operation-ended') order by id desc limit 2`.execute(
      db,
    );
    expect(rows.map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ operation: 'upgrade', outcome: 'succeeded', fromVersion: '1.0', toVersion: '2.0' }),
      expect.objectContaining({ operation: 'upgrade', by: caller.userId, fromVersion: '1.0', toVersion: '2.0' }),
    ]);
  });

  it('makes what the version adds, in the order of dependence, verifies, then takes down what it drops by the version that made it', async () => {
    const first = planOf(
      { ...main, dependsOn: ['old', 'older'] },
      { name: 'Old', dependsOn: ['older'], kind: 'ConfigMap' },
      { name: 'Older', kind: 'ConfigMap' },
    );
    const second = planOf(
      {
        ...main,
        dependsOn: ['fresh'],
        upgrade: '{verify: probe}',
        custom: customThing('probe', '[{key: depth, type: Int32, defaultValue: "3"}]'),
      },
      { name: 'Fresh', dependsOn: ['fresher'] },
      { name: 'Fresher' },
    );
    const { id } = await instanceOf(first, second);
    await upgrade(id, '2.0');
    await world.reach(id, 'RUNNING');
    expect(await runsOfLast(id)).toEqual([
      'create fresher 2.0',
      'create fresh 2.0',
      'modify main 2.0',
      'probe main 2.0',
      'delete old 1.0',
      'delete older 1.0',
    ]);
    expect(cluster.find('ConfigMap', 'old', id)).toBeUndefined();
    expect(cluster.find('ConfigMap', 'older', id)).toBeUndefined();
    expect(cluster.find('Namespace', id)).toBeDefined();
    expect(Object.keys((await instance(id)).outputs).toSorted()).toEqual(['fresh', 'fresher', 'main']);
    // What was taken down is made anew where a version has it again, and what it has no more goes.
    await upgrade(id, '1.0', { removeDropped: true });
    await world.reach(id, 'RUNNING');
    expect(await runsOfLast(id)).toEqual([
      'create older 1.0',
      'create old 1.0',
      'modify main 1.0',
      'delete fresh 2.0',
      'delete fresher 2.0',
    ]);
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    expect(await runsOfLast(id)).toEqual(['delete main 1.0', 'delete old 1.0', 'delete older 1.0']);
  });

  it('installs the charts of the new version before its modify', async () => {
    const charts = (version: string) =>
      `[{chartName: op, chartVersion: ${version}, chartRepoName: r, chartRepoURL: "https://charts.test/upgrade"}]`;
    const { id } = await instanceOf(planOf({ ...main, charts: charts('1.0.0') }), planOf({ ...main, charts: charts('1.1.0') }));
    things.held.add('main');
    await upgrade(id, '2.0');
    await until(() => (world.installed.includes('op 1.1.0') ? true : undefined), 'the chart');
    things.held.delete('main');
    await until(() => (thing(id, 'main')?.['by'] === 'modify' ? true : undefined), 'the modify');
    things.settle('main', id);
    expect(await world.reach(id, 'RUNNING')).toMatchObject({ planVersion: '2.0' });
  });

  it('does not take down what may hold data unless that was asked for, and nothing without a delete workflow', async () => {
    const { id } = await instanceOf(planOf({ ...main, dependsOn: ['store'] }, { name: 'Store' }), planOf(main));
    const before = await operations(id);
    await expect(upgrade(id, '2.0')).rejects.toMatchObject({
      code: 'dropped-with-data',
      message: expect.stringContaining('version 2.0 has no resource "Store", which the instance has, and it may hold data.') as string,
    });
    expect(await checkUpgrade(deps, db, await instance(id), '2.0')).toEqual([expect.objectContaining({ code: 'dropped-with-data' })]);
    expect(await checkUpgrade(deps, db, await instance(id), '2.0', undefined, { removeDropped: true })).toEqual([]);
    expect(await operations(id)).toBe(before);
    expect(thing(id, 'store')).toBeDefined();
    await upgrade(id, '2.0', { removeDropped: true });
    await world.reach(id, 'RUNNING');
    expect(thing(id, 'store')).toBeUndefined();
    const kept = await instanceOf(planOf({ ...main, dependsOn: ['store'] }, { name: 'Store', without: ['delete'] }), planOf(main));
    await expect(upgrade(kept.id, '2.0', { removeDropped: true })).rejects.toMatchObject({ code: 'dropped-without-delete' });
  });

  it('is refused before anything is touched for a new required parameter without value and default, which an override gives', async () => {
    const region = '{key: zone, type: String, required: true}';
    const second = planOf({ ...main, parameters: [size, region], spec: { size: '{{ $var.size }}', zone: '{{ $var.zone }}' } });
    const { id } = await instanceOf(planOf(main), second);
    const before = await operations(id);
    await expect(upgrade(id, '2.0')).rejects.toMatchObject({
      kind: 'bad_request',
      code: 'missing-parameter',
      message: expect.stringContaining('unresolved workflow input parameters: [$var.zone]') as string,
      details: [expect.objectContaining({ field: 'zone' })],
    });
    expect(await checkUpgrade(deps, db, await instance(id), '2.0')).toEqual([
      expect.objectContaining({ code: 'missing-parameter', field: 'zone' }),
    ]);
    expect(await operations(id)).toBe(before);
    expect(await instance(id)).toMatchObject({ status: 'RUNNING', planVersion: '1.0' });
    expect(await checkUpgrade(deps, db, await instance(id), '2.0', { zone: 'b' })).toEqual([]);
    await upgrade(id, '2.0', { parameters: { zone: 'b' } });
    await world.reach(id, 'RUNNING');
    expect(thing(id, 'main')).toMatchObject({ zone: 'b' });
  });

  it('names a parameter of a dependency that nothing gives', async () => {
    const needs = {
      name: 'Fresh',
      parameters: ['{key: secretly, type: String, required: true}'],
      spec: { secretly: '{{ $var.secretly }}' },
    };
    const { id } = await instanceOf(planOf(main), planOf({ ...main, dependsOn: ['fresh'] }, needs));
    await expect(upgrade(id, '2.0')).rejects.toMatchObject({
      code: 'unresolved-parameters',
      message: expect.stringContaining(
        'unresolved workflow input parameters: [$var.secretly]: the create of "Fresh" in version 2.0',
      ) as string,
    });
    expect(thing(id, 'fresh')).toBeUndefined();
  });
});

describe('an upgrade that fails', () => {
  const added = { name: 'Extra', kind: 'ConfigMap' as const };
  const second = planOf({ ...main, dependsOn: ['extra'], upgrade: '{rollback: true}' }, added);

  it('leaves version and values as they were; a retry goes on with the new ones', async () => {
    const { id } = await instanceOf(planOf(main), second);
    things.broken.add('main');
    await upgrade(id, '2.0', { parameters: { size: '2' } });
    const failed = await world.reach(id, 'FAILED');
    expect(failed).toMatchObject({ planVersion: '1.0', parameters: { size: '1' } });
    expect(failed.statusMessage).toMatch(/^upgrade from 1\.0 to 2\.0 failed at its modify: .*The values from before count/);
    things.broken.delete('main');
    things.settle('main', id);
    await controlOperation(deps, { runId: (await lastOperation(id)).run, control: 'retry' });
    await world.reach(id, 'RUNNING');
    expect(await instance(id)).toMatchObject({ planVersion: '2.0', parameters: { size: '2' } });
  });

  it('is led out of by a corrected version, which takes down what the failed one had added', async () => {
    const { id } = await instanceOf(planOf(main), second, planOf({ ...main, spec: { size: 'x{{ $var.size }}' } }));
    things.broken.add('main');
    await upgrade(id, '2.0');
    await world.reach(id, 'FAILED');
    expect(cluster.find('ConfigMap', 'extra', id)).toBeDefined();
    things.broken.delete('main');
    await upgrade(id, '3.0');
    await world.reach(id, 'RUNNING');
    expect(await runsOfLast(id)).toEqual(['modify main 3.0', 'delete extra 2.0']);
    expect(await instance(id)).toMatchObject({ planVersion: '3.0' });
  });

  it('is led out of by a modify on the old version, and by a delete: both take down what was added', async () => {
    for (const way of ['modify', 'delete'] as const) {
      const { id } = await instanceOf(planOf(main), second);
      things.broken.add('main');
      await upgrade(id, '2.0');
      await world.reach(id, 'FAILED');
      things.broken.delete('main');
      if (way === 'modify') await modifyInstance(deps, caller, { instanceId: id, parameters: { size: '3' } });
      else await deleteInstance(deps, caller, { instanceId: id });
      await world.reach(id, way === 'modify' ? 'RUNNING' : 'DELETED');
      expect((await runsOfLast(id)).toSorted()).toEqual(['delete extra 2.0', `${way} main 1.0`]);
    }
  });

  it('is taken back where its version declares that, with the values from before', async () => {
    const { id } = await instanceOf(planOf(main), second, planOf({ ...main }));
    const rollback = async (operationId: string) => {
      const started = await transaction(db, async (tx) => {
        const locked = await lockInstance(tx, id);
        if (locked === undefined) throw new Error('gone');
        return beginRollback(deps, tx, { instance: locked, operationId, by: 'platform' });
      });
      deps.wake(started.runId);
    };
    things.broken.add('main');
    await upgrade(id, '2.0', { parameters: { size: '9' } });
    await world.reach(id, 'FAILED');
    things.broken.delete('main');
    await rollback((await lastOperation(id)).id);
    await world.reach(id, 'RUNNING');
    expect(await runsOfLast(id)).toEqual(['modify main 1.0', 'delete extra 2.0']);
    expect(await instance(id)).toMatchObject({ planVersion: '1.0', parameters: { size: '1' }, warnings: [] });
    expect(thing(id, 'main')).toMatchObject({ size: '1' });
    // One that has succeeded, too.
    await upgrade(id, '2.0', { parameters: { size: '9' } });
    await world.reach(id, 'RUNNING');
    const operation = await lastOperation(id);
    await rollback(operation.id);
    await world.reach(id, 'RUNNING');
    expect(await instance(id)).toMatchObject({ planVersion: '1.0', parameters: { size: '1' } });
    await expect(rollback(operation.id)).rejects.toMatchObject({ code: 'rollback-outdated' });
    await upgrade(id, '3.0');
    await world.reach(id, 'RUNNING');
    await expect(lastOperation(id).then((last) => rollback(last.id))).rejects.toMatchObject({ code: 'rollback-not-declared' });
  });

  it('fails by its verification', async () => {
    const verified = planOf({ ...main, upgrade: '{verify: probe}', custom: customThing('probe') });
    const { id } = await instanceOf(planOf(main), verified);
    things.broken.add('probe');
    await upgrade(id, '2.0');
    expect(await world.reach(id, 'FAILED')).toMatchObject({
      planVersion: '1.0',
      statusMessage: expect.stringContaining('upgrade from 1.0 to 2.0 failed at its probe: ') as string,
    });
  });

  it('counts at once for what has never run', async () => {
    const offered = { ...(await world.offer(planOf(main))), resourceKey: 'main' };
    things.broken.add('main');
    const id = await world.create(offered);
    await world.reach(id, 'FAILED');
    await world.offerNext(offered, second);
    things.broken.delete('main');
    await upgrade(id, '2.0');
    expect((await instance(id)).planVersion).toBe('2.0');
    await world.reach(id, 'RUNNING');
    expect(await runsOfLast(id)).toEqual(['create extra 2.0', 'modify main 2.0']);
  });
});

it('what expressions come to is told while an upgrade runs, of a resource that it drops, too', async () => {
  const cache = { name: 'Cache', kind: 'ConfigMap' as const };
  const second = planOf({ ...main, spec: { size: '2-{{ $var.size }}' } });
  const { id, offered } = await instanceOf(planOf({ ...main, dependsOn: ['cache'] }, cache), second);
  things.held.add('main');
  await upgrade(id, '2.0', { parameters: { size: '8' } });
  await until(() => (thing(id, 'main')?.['size'] === '2-8' ? true : undefined), 'the modify');
  const evaluate = (resourceKey: string, expression: string) =>
    evaluateOnInstance(deps, caller, { serviceId: offered.place.serviceId, instanceId: id, resourceKey, expression });
  expect(await evaluate('main', '$var.size')).toEqual({ result: '8' });
  expect(await evaluate('cache', '$sys.instanceId')).toEqual({ result: id });
  things.held.delete('main');
  things.settle('main', id);
  await world.reach(id, 'RUNNING');
});

describe('the version of an upgrade', () => {
  it('is there, another one, and for customers neither older nor deprecated', async () => {
    const { id, offered } = await instanceOf(planOf(main), planOf({ ...main, spec: { a: 'b' } }));
    await expect(upgrade(id, '9.0')).rejects.toMatchObject({ kind: 'not_found', code: 'version-not-found' });
    await expect(upgrade(id, '1.0')).rejects.toMatchObject({ code: 'same-version' });
    expect(await checkUpgrade(deps, db, await instance(id), '9.0')).toEqual([expect.objectContaining({ code: 'version-not-found' })]);
    await upgrade(id, 'preferred');
    await world.reach(id, 'RUNNING');
    expect((await instance(id)).planVersion).toBe('2.0');
    const asCustomer = (target: string) => upgradeInstance(deps, caller, { instanceId: id, target, audience: 'END_CUSTOMER' });
    await expect(asCustomer('1.0')).rejects.toMatchObject({ code: 'version-is-older' });
    await world.offerNext(offered, planOf({ ...main, spec: { a: 'c' } }));
    await sql`update plan_versions set status = 'Deprecated' where plan_id = ${offered.place.planId} and number in (1, 3)`.execute(db);
    await expect(asCustomer('3.0')).rejects.toMatchObject({ code: 'version-deprecated' });
    await expect(upgrade(id, 'latest')).rejects.toMatchObject({ code: 'version-deprecated' });
    // Its provider may name it: the way back from a release that was none.
    await upgrade(id, '1.0');
    await world.reach(id, 'RUNNING');
    expect((await instance(id)).planVersion).toBe('1.0');
  });

  it('begins with a transaction of its caller or not at all', async () => {
    const { id } = await instanceOf(planOf(main), planOf({ ...main, spec: { a: 'b' } }));
    const before = await operations(id);
    const rolledBack = transaction(db, async (tx) => {
      const locked = await lockInstance(tx, id);
      if (locked === undefined) throw new Error('gone');
      await beginUpgrade(deps, tx, { instance: locked, target: '2.0', by: 'platform', data: { upgradePath: 'up-1' } });
      throw new Error('the caller changed its mind');
    });
    await expect(rolledBack).rejects.toThrow('changed its mind');
    expect(await operations(id)).toBe(before);
    expect(await instance(id)).toMatchObject({ status: 'RUNNING' });
  });

  it('has the resource of the instance', async () => {
    const { id } = await instanceOf(planOf(main), planOf({ name: 'Other' }));
    await expect(upgrade(id, '2.0')).rejects.toMatchObject({ code: 'resource-gone' });
  });
});
