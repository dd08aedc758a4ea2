import { afterEach, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { Bench, fakeCell, newRun } from './engine.testing.js';
import type { Stage, StageContext } from './model.js';

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
