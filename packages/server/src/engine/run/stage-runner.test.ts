import { afterEach, describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { terminateRun } from '../control-run.js';
import { Bench, fakeCell, newRun, until } from '../engine.testing.js';
import type { Stage, StageContext } from '../model.js';

const database = await testDatabase({ poolSize: 20 });
let bench = new Bench(database, fakeCell());

afterEach(async () => {
  await bench.stop();
  bench = new Bench(database, fakeCell());
});

describe('the deadline of a run', () => {
  it('comes after what its stage has under way', async () => {
    const order: string[] = [];
    const slow: Stage = {
      name: 'slow',
      title: 'Slow',
      run: async ({ signal, db }: StageContext) => {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        // Something that was begun before and takes its time to end.
        await sql`select pg_sleep(0.3)`.execute(db);
        order.push('stage');
        return { done: true };
      },
    };
    await bench.start({
      stages: [slow],
      onRunEnded: (_tx, ended) => {
        order.push(ended.code);
        return Promise.resolve();
      },
    });
    const { workflow: _workflow, ...plain } = newRun();
    const run = await bench.insert({ ...plain, before: ['slow'], deadlineSeconds: 1 });
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Failed', code: 'deadline-exceeded' });
    expect(order).toEqual(['stage', 'deadline-exceeded']);
  });
});

describe('a stage that does not come back', () => {
  let begun = false;
  const stuck: Stage = {
    name: 'stuck',
    title: 'Stuck',
    run: () => {
      begun = true;
      return new Promise(() => {});
    },
  };
  const { workflow: _workflow, ...plain } = newRun();

  it('does not keep a run that is terminated', async () => {
    await bench.start({ stages: [stuck] });
    const run = await bench.insert({ ...plain, before: ['stuck'] });
    await until(() => begun || undefined, 'the stage to begin');
    await transaction(database.db, (tx) => terminateRun(tx, run.id, 'by a person'));
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Terminated', message: 'by a person' });
  });
});

describe('a stage that this version does not know', () => {
  const news: Stage = { name: 'news', title: 'News', run: () => Promise.resolve({ done: true }) };
  const { workflow: _workflow, ...plain } = newRun();

  it('is left to a version that does', async () => {
    await bench.start({ processName: 'older' });
    const run = await bench.insert({ ...plain, before: ['news'] });
    // The owner may have released the run before this read: the fence stays raised.
    await until(async () => {
      const { rows } = await sql`select 1 from runs where id = ${run.id} and fence > 0`.execute(database.db);
      return rows[0];
    }, 'the older version to take the run');
    await bench.start({ processName: 'newer', stages: [news] });
    expect(await bench.end(run.id, 45_000)).toMatchObject({ phase: 'Succeeded' });
  }, 60_000);
});
