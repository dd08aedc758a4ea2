/** Wide loops: counted before anything is written, worked in slices, ended in pieces that others need not wait for. */
import { afterEach, describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { terminateRun } from '../control-run.js';
import { describeRun } from '../describe-run.js';
import { Bench, fakeCell, HEALTHY, newRun, SEALER, template, until, workflow } from '../engine.testing.js';
import { REQUESTS_OF_A_WIDE_LOOP, ROWS_AT_ONCE, SLICE } from './fair-share.js';
import type { Stage } from '../model.js';

const database = await testDatabase({ poolSize: 20 });
const { db } = database;
let bench = new Bench(database, fakeCell(false));

afterEach(async () => {
  await bench.stop();
  await sql`delete from runs`.execute(db);
  bench = new Bench(database, fakeCell(false));
});

const MANIFEST = (kind: string) => `${kind}\nmetadata:\n  name: "o-{{inputs.parameters.n}}"\n`;
const CONFIG = MANIFEST('apiVersion: v1\nkind: ConfigMap');
const CLUSTER = MANIFEST('apiVersion: postgresql.cnpg.io/v1\nkind: Cluster');

/** A loop over so many items; the list comes from a parameter. */
function wide(items: number, manifest = CONFIG, more: Parameters<typeof template>[2] = {}) {
  const of = workflow([template('each', manifest, { inputs: [{ name: 'n' }], ...more })]);
  const templates = of.templates.map((one) =>
    one.type !== 'dag'
      ? one
      : {
          ...one,
          tasks: one.tasks.map((task) => ({ ...task, withParam: '{{ $var.items }}', arguments: [{ name: 'n', value: '{{item}}' }] })),
        },
  );
  const place = 'templates.main.tasks.each.withParam#0';
  const list = Array.from({ length: items }, (_, index) => index);
  return newRun({
    workflow: { ...of, templates, expressions: [{ place, text: '$var.items' }] },
    values: { [place]: { value: list, type: 'Json', source: '$var.items' } },
  });
}

describe('a loop that is too wide', () => {
  it('ends its run by name before a row, a request or a stage of it', async () => {
    let called = 0;
    const stage: Stage = { name: 'prepare', title: 'Prepare', run: () => Promise.resolve({ done: called++ >= 0 } as { done: true }) };
    await bench.start({ stages: [stage] });
    const run = await bench.insert({ ...wide(6_000), before: ['prepare'] });
    const ended = await bench.end(run.id, 5_000);
    expect(ended).toMatchObject({ phase: 'Failed', code: 'too-many-tasks' });
    expect(ended.message).toContain("task 'each' loops over 6000 items; a run may have 5000 tasks");
    expect((await sql`select 1 from run_tasks where run_id = ${run.id}`.execute(db)).rows).toEqual([]);
    expect(bench.cluster.calls).toEqual([]);
    expect(called).toBe(0);
  });

  it('whose list a stage brings ends it before its first task', async () => {
    const { values, ...rest } = wide(6_000);
    await bench.start({ stages: [{ name: 'prepare', title: 'Prepare', run: () => Promise.resolve({ done: true, values }) }] });
    const run = await bench.insert({ ...rest, values: {}, before: ['prepare'] });
    expect(await bench.end(run.id, 5_000)).toMatchObject({ phase: 'Failed', code: 'too-many-tasks' });
    const { rows } = await sql<{ node_id: string }>`select node_id from run_tasks where run_id = ${run.id}`.execute(db);
    expect(rows).toEqual([{ node_id: 'main' }]);
    expect(bench.cluster.calls).toEqual([]);
  });
});

describe('a wide loop', () => {
  it('has few requests under way and few tasks begun at any time, and does all of them', async () => {
    let [now, most] = [0, 0];
    bench.cluster.fault = async (call, _key, done) => {
      if (call !== 'apply') return;
      if (done) {
        now--;
        return;
      }
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
    };
    await bench.start();
    const run = await bench.insert(wide(300));
    let begun = 0;
    await until(
      async () => {
        const { rows } = await sql<{ open: number; phase: string }>`
        select (select count(*) from run_tasks where run_id = ${run.id} and node->'leaf'->>'phase' = 'Applying')::int as open, phase
        from runs where id = ${run.id}`.execute(db);
        begun = Math.max(begun, rows[0]?.open ?? 0);
        return rows[0]?.phase === 'Succeeded' || undefined;
      },
      'the run to end',
      20_000,
    );
    // Once the last slice is small, the rest goes out together.
    expect(most).toBeLessThanOrEqual(4 * REQUESTS_OF_A_WIDE_LOOP);
    // Answers that are not committed yet are counted as well.
    expect(begun).toBeLessThanOrEqual(2 * SLICE);
    expect(bench.cluster.creations.size).toBe(300);
  });

  it('of tasks that wait begins all of them: each may be what another one waits for', async () => {
    await bench.start();
    const run = await bench.insert(wide(150, CLUSTER, { successCondition: HEALTHY }));
    await until(() => bench.cluster.find('Cluster', 'o-149'), 'the last object');
    for (let n = 149; n >= 0; n--) bench.cluster.setStatus('Cluster', `o-${n}`, { phase: 'Cluster in healthy state' }, run.namespace);
    expect(await bench.end(run.id, 20_000)).toMatchObject({ phase: 'Succeeded' });
  });

  it('that is terminated ends in pieces', async () => {
    await bench.start();
    const run = await bench.insert(wide(350, CLUSTER, { successCondition: HEALTHY }));
    await until(
      async () => {
        const { rows } = await sql<{ waiting: number }>`
        select count(*)::int as waiting from run_tasks where run_id = ${run.id} and node->'leaf'->>'phase' = 'AwaitingCondition'`.execute(
          db,
        );
        return rows[0]?.waiting === 350 || undefined;
      },
      'all to wait',
      40_000,
    );
    await transaction(db, (tx) => terminateRun(tx, run.id, 'enough'));
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Terminated' });
    const { rows } = await sql<{ most: number }>`
      select max(count)::int as most from (select count(*) as count from run_tasks where run_id = ${run.id} and node->>'phase' = 'Failed' group by xmin) g`.execute(
      db,
    );
    expect(rows[0]?.most).toBeLessThanOrEqual(ROWS_AT_ONCE);
    const tasks = (await describeRun({ db, sealer: SEALER }, run.id))?.tasks ?? [];
    expect(tasks.filter((task) => task.state === 'Failed')).toHaveLength(350);
  }, 60_000);

  it('goes on after its owner was killed in the middle of it', async () => {
    const first = await bench.start();
    const run = await bench.insert(wide(200));
    await until(() => (bench.cluster.creations.size > 60 ? true : undefined), 'a part of it');
    await first.kill();
    await sql`update runs set lease_until = now() - interval '1 second' where owner is not null`.execute(db);
    await bench.start();
    expect(await bench.end(run.id, 20_000)).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.creations.size).toBe(200);
  });
});
