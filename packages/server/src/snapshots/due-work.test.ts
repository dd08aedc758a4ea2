import { afterAll, describe, expect, it } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import type { EndedRun, Run } from '../engine/model.js';
import { endOperation } from '../lifecycle/end-operation.js';
import { sweepDueWork } from './due-work.js';
import { backupPlan, DAY, HOUR, openSnapshotWorld } from './snapshots.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openSnapshotWorld(database);
const { deps, snapshots, clock } = world;
const parameters = { password: 'customer-password' };
afterAll(() => deps.charts.stop());

const instances = async (count: number, spec: string): Promise<string[]> => {
  const plan = await world.offer(spec);
  const ids = await Promise.all(Array.from({ length: count }, () => world.create(plan, { parameters })));
  await Promise.all(ids.map((id) => world.reach(id, 'RUNNING')));
  return ids;
};
const [daily = ''] = await instances(1, backupPlan({ name: 'Daily', policy: { period: 24, retention: 3650 } }));
const [hourly = ''] = await instances(1, backupPlan({ name: 'Hourly', policy: { period: 1, retention: 1 } }));
const many = await instances(6, backupPlan({ name: 'Many', policy: { period: 1, retention: 30 } }));
await Promise.all([daily, hourly, ...many].map((id) => world.atRest(id)));
// From here on runs are ended by the tests: what is told here is when they begin.
await world.engine.stop();

interface OpenRun {
  id: string;
  subject: string;
  kind: string;
}

async function openRuns(): Promise<OpenRun[]> {
  const { rows } = await sql<OpenRun>`
    select r.id, r.subject, r.kind from runs r join operations o on o.run_id = r.id and o.status = 'running' order by r.id`.execute(
    deps.db,
  );
  return rows;
}

async function end(run: OpenRun, outcome: EndedRun['outcome'] = 'Succeeded'): Promise<void> {
  const outputs = { backupId: { value: 'x' } };
  const ended = { run: { id: run.id, subject: run.subject, kind: run.kind, data: {}, outputs } as unknown as Run, outcome };
  await transaction(deps.db, (tx) => endOperation(deps, tx, { ...ended, message: outcome === 'Succeeded' ? '' : 'no', code: '' }));
}

/** From now on only this instance has a schedule, which begins now, and nothing of others expires. */
async function only(id: string, hours: number): Promise<void> {
  await sql`update snapshots set expires_at = null where source_instance_id <> ${id}`.execute(deps.db);
  await sql`delete from backup_schedules`.execute(deps.db);
  await sql`
    insert into backup_schedules (instance_id, cell_id, period_hours, retention_days, anchor, next_at)
    select id, cell_id, ${hours}::int, 1, ${clock.now}, ${new Date(clock.now.getTime() + hours * HOUR)} from instances where id = ${id}`.execute(
    deps.db,
  );
}

async function taken(id: string): Promise<Date[]> {
  const { rows } = await sql<{ at: Date }>`
    select taken_at as at from snapshots where source_instance_id = ${id} and origin = 'periodic' order by taken_at`.execute(deps.db);
  return rows.map((row) => row.at);
}

describe('a schedule over time', () => {
  it.each([
    ['a year of days', daily, 24, 365, 365],
    ['three days of hours', hourly, 1, 3 * 24, 24],
  ])(
    '%s: one backup for each slot, the expired ones removed, none overlapping',
    async (_, id, hours, slots, kept) => {
      await only(id, hours);
      const start = clock.now;
      for (let slot = 1; slot <= slots; slot += 1) {
        // Some seconds late each time, and looked at twice, as sweeps are.
        clock.now = new Date(start.getTime() + slot * hours * HOUR + (slot % 50) * 1_000);
        for (let round = 0; ; round += 1) {
          await world.sweep();
          if (slot % 10 === 0) await world.sweep();
          const runs = await openRuns();
          expect(runs.length).toBeLessThanOrEqual(1);
          if (runs.length === 0) break;
          expect(round).toBeLessThan(4);
          for (const run of runs) await end(run);
        }
      }
      const at = await taken(id);
      expect(at).toHaveLength(slots);
      at.forEach((time, index) =>
        expect(time).toEqual(new Date(start.getTime() + (index + 1) * hours * HOUR + ((index + 1) % 50) * 1_000)),
      );
      const live = await world.live(id);
      expect(live.length).toBeGreaterThanOrEqual(kept);
      expect(live.length).toBeLessThanOrEqual(kept + 1);
    },
    300_000,
  );

  it('a clock that jumps neither floods nor silences', async () => {
    await only(hourly, 1);
    await sql`delete from snapshots where source_instance_id = ${hourly}`.execute(deps.db);
    clock.advance(365 * DAY + 20 * 60_000);
    for (let round = 0; round < 3; round += 1) {
      await world.sweep();
      for (const run of await openRuns()) await end(run);
    }
    expect(await taken(hourly)).toEqual([clock.now]);
    clock.advance(-400 * DAY);
    await world.sweep();
    expect(await taken(hourly)).toHaveLength(1);
    clock.advance(HOUR);
    await world.sweep();
    for (const run of await openRuns()) await end(run);
    expect(await taken(hourly)).toHaveLength(2);
  });

  it('a failed backup is told, and the next period runs', async () => {
    await only(hourly, 1);
    await sql`delete from snapshots where source_instance_id = ${hourly}`.execute(deps.db);
    for (const outcome of ['Failed', 'Terminated', 'Succeeded'] as const) {
      clock.advance(HOUR);
      expect(await world.sweep()).toMatchObject({ backups: 1 });
      for (const run of await openRuns()) await end(run, outcome);
      const { rows } = await sql`select failures, message from backup_schedules where instance_id = ${hourly}`.execute(deps.db);
      const expected = { Failed: { failures: 1, message: 'no' }, Terminated: { failures: 2 }, Succeeded: { failures: 0, message: '' } };
      expect(rows[0]).toMatchObject(expected[outcome]);
    }
    expect((await world.live(hourly)).map((one) => one.status)).toEqual(['COMPLETE', 'FAILED', 'FAILED']);
  });
});

describe('much at once', () => {
  it('several processes begin each backup once, and no more than a cell may have', async () => {
    await sql`delete from backup_schedules`.execute(deps.db);
    await sql`update snapshots set expires_at = null`.execute(deps.db);
    await sql`
      insert into backup_schedules (instance_id, cell_id, period_hours, retention_days, anchor, next_at)
      select id, cell_id, 1, 30, ${clock.now}, ${clock.now} from instances where id = any(${many})`.execute(deps.db);
    const processes = Array.from({ length: 4 }, () => ({ ...snapshots, backupsPerCell: 2 }));
    const begun: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(processes.map((process) => sweepDueWork(process)));
      const runs = await openRuns();
      expect(runs.length).toBeLessThanOrEqual(2);
      begun.push(...runs.map((run) => run.subject));
      await Promise.all(runs.map((run) => end(run)));
      if (runs.length === 0) break;
    }
    expect(begun.toSorted()).toEqual(many.toSorted());
  });

  it('what is stopped is passed over at once, and takes no place of what runs', async () => {
    const [last = '', ...stopped] = many;
    await sql`delete from backup_schedules`.execute(deps.db);
    await sql`
      insert into backup_schedules (instance_id, cell_id, period_hours, retention_days, anchor, next_at)
      select id, cell_id, 2, 30, ${clock.now}, case when id = ${last} then ${clock.now}::timestamptz else ${clock.now}::timestamptz - interval '1 hour' end
      from instances where id = any(${many})`.execute(deps.db);
    await sql`update instances set status = 'STOPPED' where id = any(${stopped})`.execute(deps.db);
    expect(await sweepDueWork({ ...snapshots, backupsPerCell: 1 })).toMatchObject({ backups: 1, skipped: stopped.length });
    const { rows } = await sql<{ next: Date }>`select distinct next_at as next from backup_schedules`.execute(deps.db);
    expect(rows).toEqual([{ next: new Date(clock.now.getTime() + 2 * HOUR) }]);
    await sql`update instances set status = 'RUNNING' where id = any(${stopped})`.execute(deps.db);
    const [run] = await openRuns();
    expect(run?.subject).toBe(last);
    if (run !== undefined) await end(run);
  });

  it('removals have their own places, and one instance’s are done one after the other', async () => {
    const [id = ''] = many;
    await only(id, 1);
    for (let n = 0; n < 3; n += 1) {
      await sql`update backup_schedules set next_at = ${clock.now} where instance_id = ${id}`.execute(deps.db);
      await world.sweep();
      for (const run of await openRuns()) await end(run);
      clock.advance(60_000);
    }
    await sql`delete from backup_schedules`.execute(deps.db);
    clock.advance(40 * DAY);
    const before = (await world.live(id)).length;
    expect(before).toBeGreaterThanOrEqual(3);
    // The last one stays: there is no newer one.
    for (let left = before; left > 1; left -= 1) {
      expect(await world.sweep()).toMatchObject({ removals: 1 });
      const [run] = await openRuns();
      expect(run).toMatchObject({ kind: 'deleteBackup', subject: id });
      if (run !== undefined) await end(run);
      expect(await world.live(id)).toHaveLength(left - 1);
    }
    expect(await world.sweep()).toMatchObject({ removals: 0 });
    expect(await world.live(id)).toMatchObject([{ origin: 'periodic', status: 'COMPLETE' }]);
  });

  it('what cannot be begun does not take the place of the others', async () => {
    const [broken = '', other = ''] = many;
    await only(broken, 1);
    await sql`update instances set sealed_parameters = 'x' where id = ${broken}`.execute(deps.db);
    await sql`
      insert into backup_schedules (instance_id, cell_id, period_hours, retention_days, anchor, next_at)
      select id, cell_id, 1, 30, ${clock.now}, ${new Date(clock.now.getTime() + HOUR + 1)} from instances where id = ${other}`.execute(
      deps.db,
    );
    clock.advance(HOUR + 1);
    const single = { ...snapshots, backupsPerCell: 1 };
    expect(await sweepDueWork(single)).toMatchObject({ backups: 0 });
    expect(await sweepDueWork(single)).toMatchObject({ backups: 1 });
    const [run] = await openRuns();
    expect(run?.subject).toBe(other);
    if (run !== undefined) await end(run);
  });

  it('what another process has begun meanwhile is not put off by one that failed', async () => {
    await only(hourly, 1);
    /** Suspended in the middle of its work for so long that PostgreSQL has ended its transaction, and another process has done it. */
    const suspended = async () => {
      const failing = {
        execute: async () => {
          await sweepDueWork(snapshots);
          throw Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
        },
      };
      const db = new Proxy(deps.db, {
        get(target, key) {
          if (key === 'transaction') return () => failing;
          const value = Reflect.get(target, key, target) as unknown;
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
      await sweepDueWork({ ...snapshots, instances: { ...deps, db } });
    };
    const slot = new Date(clock.now.getTime() + HOUR);
    clock.advance(HOUR + 1);
    await suspended();
    const [run] = await openRuns();
    const next = async () => (await sql<{ at: Date }>`select next_at as at from backup_schedules`.execute(deps.db)).rows[0]?.at;
    expect(await next()).toEqual(new Date(slot.getTime() + HOUR));
    if (run !== undefined) await end(run);

    await sql`update backup_schedules set next_at = ${new Date(clock.now.getTime() + DAY)}`.execute(deps.db);
    await sql`update snapshots set expires_at = ${clock.now} where source_instance_id = ${hourly} and status = 'COMPLETE'`.execute(deps.db);
    await world.newerBackup(hourly);
    clock.advance(1);
    await suspended();
    const { rows } = await sql`
      select s.delete_attempts as attempts, s.message from snapshots s join operations o on o.instance_id = s.source_instance_id
      where o.status = 'running' and o.kind = 'deleteBackup' and s.id = o.step->>'snapshotId'`.execute(deps.db);
    expect(rows).toEqual([{ attempts: 0, message: '' }]);
    for (const one of await openRuns()) await end(one);
  });
});
