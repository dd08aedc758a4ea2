/**
 * Benchmark (h): many instances that do nothing but have a backup each hour, on `cellplane serve` and the simulated cell. The slots
 * are spread evenly over the hour by this program (instances of a benchmark are all created within minutes). Memory after garbage
 * collection, processor time of server and PostgreSQL over some minutes while backups go on, and how late the backups began.
 * usage: node bench/dist/schedules.js [--instances 10000] [--minutes 4] [--port 18094]
 */
import { parseArgs } from 'node:util';
import { sql } from '@cellplane/server';
import { quantile, record } from './figures.js';
import { offer } from './offer.js';
import { thingPlan } from './thing-plan.js';
import { createMany, memory, pause, settled, shares, withProduct } from './world.js';

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '4' },
    port: { type: 'string', default: '18094' },
  },
});
const instances = Number(values.instances);
const minutes = Number(values.minutes);

await withProduct(Number(values.port), async (world) => {
  const { client, database } = world;
  const create = await offer(client, 'Scheduled', thingPlan({ name: 'Scheduled', backupPeriodInHours: 1 }));
  await settled(world, await createMany(250, create));
  await hold();
  await pause(5_000);
  const before = await memory(world);
  const began = performance.now();
  const ids = await createMany(instances - 250, create);
  await settled(world, ids);
  const createdMs = performance.now() - began;
  console.log(`${instances} instances run; the creates took ${(createdMs / 1_000).toFixed(0)} s`);
  await hold();
  await pause(5_000);
  const held = await memory(world);
  const quiet = await shares(world, 30_000);
  // Slot k of n is k/n of an hour from now: the first is due at once, and 2.8 of 10,000 a second.
  const spread = await sql`
    with placed as (select instance_id, (row_number() over (order by instance_id) - 1)::float8 / ${instances} as share from backup_schedules)
    update backup_schedules b set anchor = now() - interval '1 hour' + p.share * interval '1 hour', next_at = now() + p.share * interval '1 hour'
    from placed p where p.instance_id = b.instance_id`.execute(database.db);
  if (Number(spread.numAffectedRows) !== instances)
    throw new Error(`${Number(spread.numAffectedRows)} schedules for ${instances} instances`);
  const [since] = (await sql<{ at: Date }>`select now() as at`.execute(database.db)).rows;
  await pause(20_000);
  const working = await shares(world, minutes * 60_000);
  const after = await memory(world);
  const done = await sql<{ ended: number; failed: number; late: number }>`
    select (count(*) filter (where s.status = 'COMPLETE'))::int as ended, (count(*) filter (where s.status = 'FAILED'))::int as failed,
      extract(epoch from s.taken_at - b.anchor)::float8 * 1000 - 3600000 as late
    from snapshots s join backup_schedules b on b.instance_id = s.source_instance_id where s.created_at >= ${since?.at} group by s.id, s.taken_at, b.anchor`.execute(
    database.db,
  );
  const waiting = await sql<{
    count: number;
  }>`select count(*)::int as count from backup_schedules where next_at < now() - interval '5 seconds'`.execute(database.db);
  const late = done.rows.map((row) => row.late);
  const complete = done.rows.reduce((sum, row) => sum + row.ended, 0);
  const failed = done.rows.reduce((sum, row) => sum + row.failed, 0);
  if (failed > 0) throw new Error(`${failed} backups failed`);
  const seconds = minutes * 60 + 20;
  const kib = (bytes: number) => bytes / 1024 / (instances - 250);
  const percent = ({ server, postgres }: { server: number; postgres: number }) =>
    `server ${(server * 100).toFixed(1)} %, PostgreSQL ${(postgres * 100).toFixed(1)} % of a core`;
  record({
    benchmark: `(h) ${instances} idle instances with hourly schedules`,
    measured: `process ${(held.rss / 2 ** 20).toFixed(0)} MiB (${kib(held.rss - before.rss).toFixed(1)} KiB RSS, ${kib(held.heapUsed - before.heapUsed).toFixed(1)} KiB heap each), nothing due: ${percent(quiet)}; ${(instances / 3600).toFixed(1)} backups due a second: ${percent(working)} over ${minutes} min, process ${(after.rss / 2 ** 20).toFixed(0)} MiB, ${complete} backups done in ${seconds} s, begun p50 ${quantile(late, 0.5).toFixed(0)} ms, p99 ${quantile(late, 0.99).toFixed(0)} ms after they were due; ${waiting.rows[0]?.count ?? 0} overdue at the end`,
    figures: {
      createdMs,
      before,
      held,
      after,
      quiet,
      working,
      complete,
      late: { p50: quantile(late, 0.5), p99: quantile(late, 0.99), longest: quantile(late, 1) },
    },
  });

  /** Nothing is due for an hour, whatever was due meanwhile. */
  async function hold(): Promise<void> {
    await sql`update backup_schedules set anchor = now(), next_at = now() + interval '1 hour'`.execute(database.db);
  }
});
