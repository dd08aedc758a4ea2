import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { sql } from '../database/database.js';
import { Bench, createWorkflow, fakeCell, newRun, template, until, workflow } from './engine.testing.js';

const database = await testDatabase();
const bench = new Bench(database, fakeCell());
afterEach(() => vi.useRealTimers());
afterAll(() => bench.stop());

const HOUR_MS = 3_600_000;

it.each([HOUR_MS, -24 * HOUR_MS])('a copy whose clock is off by %i ms fails nothing and tells no wrong times', async (off) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + off });
  await bench.start();
  const { id } = await bench.insert(newRun({ workflow: createWorkflow(), deadlineSeconds: 60 }));
  expect(await bench.end(id)).toMatchObject({ phase: 'Succeeded' });
  const { rows } = await sql<{ wrong: number }>`
    select count(*)::int as wrong from (
      select started_at as at from runs where id = ${id} union all select finished_at from runs where id = ${id}
      union all select at from run_events where run_id = ${id}
      union all select to_timestamp((node->>'startedAt')::float8 / 1000) from run_tasks where run_id = ${id}
      union all select to_timestamp((observation->>'at')::float8 / 1000) from run_tasks where run_id = ${id} and observation is not null
    ) times where at not between now() - interval '1 minute' and now()`.execute(database.db);
  expect(rows).toEqual([{ wrong: 0 }]);
});

it('a clock that jumps while a run waits neither ends it nor keeps it from its deadline', async () => {
  bench.cluster = fakeCell(false);
  await bench.start();
  const waiting = workflow([
    template('cluster', 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: db\n', {
      successCondition: 'status.phase == ready',
    }),
  ]);
  const { id } = await bench.insert(newRun({ workflow: waiting, deadlineSeconds: 4 }));
  await until(async () => ((await bench.row(id)).phase === 'Running' ? true : undefined), 'the run to begin');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOUR_MS });
  const ended = await bench.end(id);
  expect(ended).toMatchObject({ phase: 'Failed', message: expect.stringContaining('DeadlineExceeded') as string });
  // The engine counts whole milliseconds, the row has microseconds.
  const { rows } = await sql<{ early: boolean }>`
    select finished_at < date_trunc('milliseconds', deadline_at) as early from runs where id = ${id}`.execute(database.db);
  expect(rows).toEqual([{ early: false }]);
});
