/**
 * What a crash at every point leaves behind. A run is carried out once to count its effects (calls to the cell, before and
 * after each took effect); then it is carried out again for each of them, with the engine killed
 * exactly there, and another one finishing. Whatever the point: the run succeeds, and each object was made once.
 */
import { describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { Bench, CONFIG, DATABASE, fakeCell, HEALTHY, newRun, SECRET, template, workflow } from './engine.testing.js';

const database = await testDatabase({ poolSize: 30 });

/** Every kind of write, `create` included, which must not be repeated. */
function everyAction() {
  return workflow([
    template('secret', SECRET, { action: 'create' }),
    template('settings', CONFIG),
    template('cluster', DATABASE, { successCondition: HEALTHY }),
    template('grow', DATABASE.replace('instances: 1', 'instances: 2'), { action: 'patch', successCondition: 'status.readyInstances == 2' }),
    template('remove', CONFIG, { action: 'delete' }),
  ]);
}

/** Carries a run out, killing its engine at the given effect. Answers how many effects there were until the end. */
async function carryOut(killAt: number): Promise<{ effects: number; bench: Bench; phase: string; message: string }> {
  const bench = new Bench(database, fakeCell());
  let effects = 0;
  let inherited: Promise<unknown> | undefined;
  const inherit = async () => {
    // The process is gone: nothing more comes from it. Its leases end as if 3 s had passed.
    await victim.kill();
    await sql`update runs set lease_until = now() - interval '1 second' where owner is not null`.execute(database.db);
    await sql`update cell_watchers set lease_until = now() - interval '1 second'`.execute(database.db);
    await bench.start({ processName: 'heir' });
  };
  bench.cluster.fault = (call) => {
    if (call === 'list' || call === 'resource' || ++effects !== killAt) return;
    inherited = inherit();
    // This call's answer reaches nobody.
    return new Promise(() => {});
  };
  const victim = await bench.start({ processName: 'victim' });
  const run = await bench.insert(newRun({ workflow: everyAction() }));
  const { phase, message } = await bench.end(run.id);
  await inherited;
  await bench.stop();
  return { effects, bench, phase, message };
}

describe('a crash', async () => {
  const { effects } = await carryOut(0);

  it('has many points to happen at', () => {
    expect(effects).toBeGreaterThan(15);
  });

  it.each(Array.from({ length: effects }, (_, index) => index + 1))('at effect %i is made up for', async (point) => {
    const { bench, phase, message } = await carryOut(point);
    expect({ phase, message }).toEqual({ phase: 'Succeeded', message: '' });
    expect(Object.fromEntries(bench.cluster.creations)).toEqual({ 'Secret/access': 1, 'ConfigMap/settings': 1, 'Cluster/db': 1 });
    expect(bench.cluster.find('ConfigMap', 'settings')).toBeUndefined();
    expect(bench.ended).toHaveLength(1);
  });

  it('leaves no lease behind', async () => {
    const answer = await sql<{ count: number }>`select count(*)::int as count from runs where owner is not null`.execute(database.db);
    expect(answer.rows[0]?.count).toBe(0);
  });
});
