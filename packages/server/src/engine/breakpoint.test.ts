import { afterEach, describe, expect, it } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { addBreakpoints } from './breakpoint.js';
import type { NewBreakpoint } from './model.js';
import { resumeRun, terminateRun } from './control-run.js';
import { describeRun } from './describe-run.js';
import { Bench, fakeCell, newRun, SEALER, until } from './engine.testing.js';
import type { Stage } from './model.js';
import { retryRun } from './retry-run.js';
import { runEvents } from './run-events.js';

const database = await testDatabase({ poolSize: 20 });
const { db } = database;
let bench = new Bench(database, fakeCell());

afterEach(async () => {
  await bench.stop();
  bench = new Bench(database, fakeCell());
});

const prepare: Stage = { name: 'prepare', title: 'Prepare', run: () => Promise.resolve({ done: true }) };
const view = async (id: string) => {
  const run = await describeRun({ db, sealer: SEALER }, id);
  if (run === undefined) throw new Error(`no run ${id}`);
  return run;
};
const held = (id: string, place: string) =>
  until(async () => {
    const run = await view(id);
    return run.paused && run.breakpoints[place]?.status === 'Hit' ? run : undefined;
  }, `run ${id} to be held before ${place}`);
const resume = async (id: string) => {
  expect(await transaction(db, (tx) => resumeRun(tx, id))).toBe(true);
  bench.engines.at(-1)?.wake(id);
};
const insert = (breakpoints: NewBreakpoint[]) => bench.insert(newRun({ breakpoints, before: ['prepare'] }));

describe('a breakpoint', () => {
  it.each([
    ['stage:prepare', [], []],
    ['workflow', ['prepare'], []],
    ['task:secret', ['prepare'], []],
    ['task:cluster', ['prepare'], ['secret', 'settings']],
  ] as const)('holds the run before %s, until it is resumed', async (place, stages, tasks) => {
    await bench.start({ stages: [prepare] });
    const run = await insert([{ place, id: 'db' }]);
    const now = await held(run.id, place);
    expect(now.stages.filter((stage) => stage.state === 'Succeeded').map((stage) => stage.name)).toEqual(stages);
    expect(now.tasks.filter((task) => task.type === 'Resource').map((task) => task.task)).toEqual(tasks);
    expect(now.phase).toBe('Running');
    const events = await runEvents(db, { runId: run.id, limit: 100 });
    expect(events.filter((event) => event.type === 'WorkflowStepDebug').map((event) => event.message)).toEqual([
      expect.stringMatching(/^held before .* by a breakpoint \(db\)/) as string,
    ]);
    await resume(run.id);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect((await view(run.id)).breakpoints[place]?.status).toBe('Passed');
  });

  it('holds again at the next one', async () => {
    await bench.start({ stages: [prepare] });
    const run = await insert([
      { place: 'workflow', id: 'db' },
      { place: 'task:cluster', id: 'db', event: 'cluster' },
    ]);
    await held(run.id, 'workflow');
    expect((await view(run.id)).breakpoints['task:cluster']).toEqual({ id: 'db', event: 'cluster', status: 'Pending' });
    await resume(run.id);
    await held(run.id, 'task:cluster');
    await resume(run.id);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });

  it('holds wherever the run is claimed, and is resumed there', async () => {
    const first = await bench.start({ stages: [prepare], processName: 'victim' });
    const run = await insert([{ place: 'task:settings', id: 'settings' }]);
    await held(run.id, 'task:settings');
    await first.kill();
    await sql`update runs set lease_until = now() - interval '1 second', due_at = now() where owner is not null`.execute(db);
    const heir = await bench.start({ stages: [prepare], processName: 'heir' });
    heir.wake(run.id);
    // The next owner claims it, finds it paused, and releases it.
    await until(async () => ((await bench.row(run.id)).fence > 1 ? true : undefined), 'the heir to take it up');
    expect((await view(run.id)).tasks.map((task) => task.task)).not.toContain('settings');
    await resume(run.id);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(Object.fromEntries(bench.cluster.creations)).toMatchObject({ 'Secret/access': 1, 'ConfigMap/settings': 1 });
  });

  it('lets a held run be ended; tried again, it is held again', async () => {
    await bench.start({ stages: [prepare] });
    const run = await insert([{ place: 'task:settings', id: 'settings' }]);
    await held(run.id, 'task:settings');
    await transaction(db, (tx) => terminateRun(tx, run.id, 'enough'));
    bench.engines.at(-1)?.wake(run.id);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Terminated' });
    await transaction(db, (tx) => retryRun(tx, run.id, { stageSeconds: 0, workflowSeconds: 60 }));
    bench.engines.at(-1)?.wake(run.id);
    await held(run.id, 'task:settings');
    await resume(run.id);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });

  it('that holds the run already, set once more, still holds it once', async () => {
    await bench.start({ stages: [prepare] });
    const run = await insert([{ place: 'task:settings', id: 'settings' }]);
    const before = await held(run.id, 'task:settings');
    await transaction(db, (tx) => addBreakpoints(tx, run.id, [{ place: 'task:settings', id: 'again' }]));
    expect((await view(run.id)).breakpoints).toEqual(before.breakpoints);
    await resume(run.id);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });

  it('may be set while the run goes on, but not where it has been, nor after its end', async () => {
    bench.cluster.operator = () => {};
    await bench.start({ stages: [prepare] });
    const run = await insert([{ place: 'task:settings', id: 'settings' }]);
    await held(run.id, 'task:settings');
    await transaction(db, (tx) => addBreakpoints(tx, run.id, [{ place: 'task:cluster', id: 'cluster' }]));
    for (const place of ['task:secret', 'workflow', 'stage:prepare'] as const)
      await expect(transaction(db, (tx) => addBreakpoints(tx, run.id, [{ place, id: 'x' }]))).rejects.toMatchObject({
        code: 'breakpoint-too-late',
      });
    await resume(run.id);
    await held(run.id, 'task:cluster');
    await transaction(db, (tx) => terminateRun(tx, run.id, 'enough'));
    bench.engines.at(-1)?.wake(run.id);
    await bench.end(run.id);
    await expect(transaction(db, (tx) => addBreakpoints(tx, run.id, [{ place: 'task:cluster', id: 'x' }]))).rejects.toMatchObject({
      code: 'run-has-ended',
    });
  });
});
