/** Paths with the real upgrades of their instances: what becomes of versions, what is taken back, what gates read in the cell. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { OfferedResource } from '../catalog/catalog.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { selectInstance } from '../instances/store.js';
import { serveThings } from '../lifecycle/every-verb.testing.js';
import { openWorld } from '../lifecycle/life.testing.js';
import { customThing, planOf } from '../lifecycle/upgrade.testing.js';
import { conduct } from './conduct/conductor.js';
import { noteEnd } from './conduct/note-end.js';
import { rollBackFailed } from './conduct/roll-back.js';
import { createPath, type PathRequest } from './create-path.js';
import type { UpgradeDeps } from './deps.js';
import { oneUpgrade } from './lifecycle-upgrade.js';
import { managePath } from './manage-path.js';
import { selectPath } from './path-store.js';
import { pathsOnWire } from './wire.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database, { runEnded: noteEnd });
const { deps: instances, cluster, caller } = world;
const { db } = instances;
const things = serveThings(cluster);
const deps: UpgradeDeps = { instances, one: oneUpgrade(instances) };
afterAll(async () => {
  await world.engine.stop();
  await instances.charts.stop();
});
afterEach(() => {
  things.held.clear();
  things.broken.clear();
});

const size = '{key: size, type: String, modifiable: true, defaultValue: "1"}';
const main = { name: 'Main', parameters: [size], spec: { size: '{{ $var.size }}' } };

async function fleetOf(count: number, ...versions: string[]): Promise<{ ids: string[]; offered: OfferedResource }> {
  const [first = '', ...later] = versions;
  const offered = { ...(await world.offer(first)), resourceKey: 'main' };
  const ids = await Promise.all(Array.from({ length: count }, () => world.create(offered)));
  for (const id of ids) await world.reach(id, 'RUNNING');
  for (const spec of later) await world.offerNext(offered, spec);
  return { ids, offered };
}

const of = ({ place }: OfferedResource) => ({ serviceId: place.serviceId, planId: place.planId });
const create = (offered: OfferedResource, request: Partial<PathRequest> = {}) =>
  createPath(deps, caller, of(offered), { sourceVersion: '1.0', targetVersion: '2.0', upgradeFilters: {}, ...request });
const path = async (id: string) => {
  const row = await selectPath(db, caller, { id });
  const [wire] = await pathsOnWire(db, row === undefined ? [] : [row]);
  if (wire === undefined) throw new Error(`no path ${id}`);
  return wire;
};
/** Turns of the conductor until the path is as it is waited for. */
const reaches = (id: string, status: string) =>
  until(async () => {
    await conduct(deps);
    await rollBackFailed(deps);
    const now = await path(id);
    return now.status === status ? now : undefined;
  }, `${id} to be ${status}`);
const versionOf = async (id: string) => (await selectInstance(db, id))?.planVersion ?? '';

describe('a path', () => {
  it('scheduled, two at a time: none early, at most two in flight; pause, skip and cancel leave counts and instances agreeing (M5)', async () => {
    const { ids, offered } = await fleetOf(5, planOf(main), planOf({ ...main, spec: { ...main.spec, by2: 'x' } }));
    const { rows } = await sql<{ at: Date }>`select now() + interval '1 hour' as at`.execute(db);
    const id = await create(offered, { maxConcurrentUpgrades: 2, scheduledDate: rows[0]?.at.toISOString() ?? '' });
    await conduct(deps);
    expect(await path(id)).toMatchObject({ status: 'SCHEDULED', scheduledCount: 5, inProgressCount: 0, totalCount: 5 });
    things.held.add('main');
    await sql`update upgrade_paths set scheduled_at = now(), due_at = now() where id = ${id}`.execute(db);
    for (let turn = 0; turn < 5; turn += 1) await conduct(deps);
    expect(await path(id)).toMatchObject({ status: 'IN_PROGRESS', inProgressCount: 2, pendingCount: 3, scheduledCount: 0 });
    const { rows: begun } = await sql<{
      id: string;
    }>`select instance_id as id from operations where kind = 'upgrade' and status = 'running'`.execute(db);
    expect(begun).toHaveLength(2);
    const place = { ...of(offered), id };
    await managePath(deps, caller, place, { action: 'pause', payload: {} });
    things.held.delete('main');
    for (const { id: one } of begun) {
      await until(() => cluster.find('Thing', 'main', one)?.['spec'], 'its object');
      things.settle('main', one);
      await world.reach(one, 'RUNNING');
    }
    await conduct(deps);
    expect(await path(id)).toMatchObject({ status: 'PAUSED', completedCount: 2, inProgressCount: 0, pendingCount: 3 });
    const waiting = ids.filter((one) => !begun.some((other) => other.id === one));
    await managePath(deps, caller, place, { action: 'skip-instances', payload: { 'resource-ids': waiting[0] ?? '' } });
    await managePath(deps, caller, place, { action: 'cancel', payload: {} });
    await conduct(deps);
    expect(await path(id)).toMatchObject({ status: 'CANCELLED', completedCount: 2, skippedCount: 3, totalCount: 5 });
    expect((await Promise.all(ids.map(versionOf))).filter((version) => version === '2.0')).toHaveLength(2);
  });

  it('gives the values that it has to all, and fails those whose version cannot be without another, before they are touched (M6)', async () => {
    const tier = '{key: tier, type: String, required: true}';
    const second = planOf({ ...main, parameters: [size, tier], spec: { size: '{{ $var.size }}', tier: '{{ $var.tier }}' } });
    const { ids, offered } = await fleetOf(2, planOf(main), second);
    const failed = await reaches(await create(offered, { strategy: { haltAtFailurePercent: 100 } }), 'FAILED');
    expect(failed.failedCount).toBe(2);
    expect(Object.values(failed.failedInstanceReasons ?? {})[0]?.reason).toContain('[$var.tier]');
    const { rows } = await sql`select 1 from operations where instance_id = any(${ids}) and kind = 'upgrade'`.execute(db);
    expect(rows).toEqual([]);
    const id = await create(offered, { configurationOverrides: { tier: 'gold' } });
    expect(await reaches(id, 'COMPLETE')).toMatchObject({ completedCount: 2 });
    expect(await Promise.all(ids.map(versionOf))).toEqual(['2.0', '2.0']);
    const stored = await sql<{ text: string }>`select row_to_json(p)::text as text from upgrade_paths p where id = ${id}`.execute(db);
    expect(stored.rows[0]?.text).not.toContain('gold');
  });

  it('stops where the plan’s own check of an upgrade fails, and brings the instance back where the plan says that it can', async () => {
    const upgrade = '{verify: healthCheck, rollback: true}';
    const second = planOf({ ...main, spec: { ...main.spec, by2: 'x' }, upgrade, custom: customThing('healthCheck') });
    const { ids, offered } = await fleetOf(3, planOf(main), second);
    things.broken.add('healthcheck');
    const id = await create(offered, { strategy: { canary: 1, soakSeconds: 0, automaticRollback: true } });
    expect(await reaches(id, 'PAUSED')).toMatchObject({ halted: true, failedCount: 1, pendingCount: 2 });
    const [failed = ''] = Object.keys((await path(id)).failedInstanceReasons ?? {});
    await until(async () => {
      await rollBackFailed(deps);
      const { rows } = await sql<{ status: string }>`
        select rollback_status as status from instance_upgrades where path_id = ${id} and instance_id = ${failed}`.execute(db);
      return rows[0]?.status === 'COMPLETE' ? true : undefined;
    }, 'the way back');
    await world.reach(failed, 'RUNNING');
    expect(await Promise.all(ids.map(versionOf))).toEqual(['1.0', '1.0', '1.0']);
    const { rows } = await sql<{ version: string }>`
      select data->>'planVersion' as version from runs where subject = ${failed} order by created_at`.execute(db);
    expect(rows.map(({ version }) => version)).toEqual(['1.0', '2.0', '2.0', '1.0']);
    expect((await path(id)).failedInstanceReasons?.[failed]?.reason).toContain('It was brought back to the version that it had.');
  });

  it('is halted where a cell does not answer for an hour what the gates ask', async () => {
    const { offered } = await fleetOf(2, planOf(main), planOf({ ...main, spec: { ...main.spec, by2: 'x' } }));
    const conditions = [{ kind: 'Thing', condition: 'status.phase == ready' }];
    const id = await create(offered, { strategy: { canary: 1, soakSeconds: 0, gates: { conditions } } });
    await until(async () => {
      await conduct(deps, () => undefined);
      return (await path(id)).statusMessage === 'The gates of wave 1 are judged.' ? true : undefined;
    }, 'the first wave');
    const client = () => Promise.reject(new Error('the cell is away.'));
    const away: UpgradeDeps = { ...deps, instances: { ...instances, cells: { ...instances.cells, client } } };
    const judged = async (since: string) => {
      await sql`update upgrade_paths set due_at = now(), soak_until = now() - ${since}::interval where id = ${id}`.execute(db);
      await conduct(away);
      return path(id);
    };
    expect(await judged('59 minutes')).toMatchObject({
      status: 'IN_PROGRESS',
      statusMessage: 'Not moved on: the cell is away. It is tried again.',
    });
    const halted = await judged('61 minutes');
    expect(halted).toMatchObject({ status: 'PAUSED', halted: true, completedCount: 1, pendingCount: 1 });
    expect(halted.statusMessage).toContain('its gates could not be judged for 60 minutes: the cell is away.');
    await managePath(deps, caller, { ...of(offered), id }, { action: 'cancel', payload: {} });
  });

  it('asks the live objects of a wave before the next one', async () => {
    const { ids, offered } = await fleetOf(2, planOf(main), planOf({ ...main, spec: { ...main.spec, by2: 'x' } }));
    const conditions = [{ kind: 'Thing', condition: 'status.phase == ready && spec.by2 == y' }];
    const id = await create(offered, { strategy: { canary: 1, soakSeconds: 0, gates: { conditions } } });
    const halted = await reaches(id, 'PAUSED');
    expect(halted).toMatchObject({ completedCount: 1, pendingCount: 1 });
    expect(halted.statusMessage).toContain('of Thing: it does not hold for 1 of 1: ');
    expect(halted.statusMessage).toContain('spec.by2 == y: is x');
    await managePath(deps, caller, { ...of(offered), id }, { action: 'resume', payload: {} });
    // After the last wave the gate is judged again, and there is nothing left to halt.
    expect(await reaches(id, 'FAILED')).toMatchObject({
      completedCount: 2,
      failedCount: 0,
      statusMessage: expect.stringMatching(/^At the end: gate/),
    });
    expect(await Promise.all(ids.map(versionOf))).toEqual(['2.0', '2.0']);
  });
});
