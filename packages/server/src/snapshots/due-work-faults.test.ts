/** Due work whose connection to PostgreSQL breaks at any of its queries: neither done twice nor put off. */
import { afterAll, describe, expect, it } from 'vitest';
import { openFaultyDatabase } from '../../../../e2e/chaos/query-fault.testing.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import type { EndedRun, Run } from '../engine/model.js';
import { endOperation } from '../lifecycle/end-operation.js';
import { sweepDueWork } from './due-work.js';
import { backupPlan, HOUR, openSnapshotWorld } from './snapshots.testing.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openSnapshotWorld(database);
const { deps, snapshots, clock } = world;
const plan = await world.offer(backupPlan({ name: 'Hourly', policy: { period: 1, retention: 30 } }));
const id = await world.create(plan, { parameters: { password: 'customer-password' } });
await world.reach(id, 'RUNNING');
await world.atRest(id);
// From here on runs are ended by the test.
await world.engine.stop();

const far = await openFaultyDatabase(database);
const faulty = { ...snapshots, instances: { ...deps, db: far.db } };
afterAll(async () => {
  await far.close();
  await deps.charts.stop();
});

async function openRuns(): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select run_id as id from operations where status = 'running'`.execute(deps.db);
  return rows.map((row) => row.id);
}

async function end(runId: string): Promise<void> {
  const run = { id: runId, subject: id, data: {}, outputs: { backupId: { value: 'x' } } } as unknown as Run;
  const ended: EndedRun = { run, outcome: 'Succeeded', message: '', code: '' };
  await transaction(deps.db, (tx) => endOperation(deps, tx, ended));
}

/** Sweeps with the n-th query failing, then once more without faults. Answers false if there were not so many queries. */
async function sweepWithFault(n: number, fault: 'not carried out' | 'not answered'): Promise<boolean> {
  // The loop that calls it logs what it throws, and looks again.
  const reached = await far.failAt(n, fault, () => sweepDueWork(faulty).catch(() => undefined));
  await sweepDueWork(faulty);
  return reached;
}

describe.each(['not carried out', 'not answered'] as const)('the connection breaks: a query is %s', (fault) => {
  it('a periodic backup is begun once, and its schedule keeps its rhythm', async () => {
    for (let n = 1; ; n++) {
      await sql`delete from snapshots`.execute(deps.db);
      const slot = new Date(clock.now.getTime() + HOUR);
      await sql`update backup_schedules set anchor = ${clock.now}, next_at = ${slot}`.execute(deps.db);
      clock.advance(HOUR + 1);
      const reached = await sweepWithFault(n, fault);
      const runs = await openRuns();
      expect({ n, runs: runs.length }).toEqual({ n, runs: 1 });
      for (const run of runs) await end(run);
      const { rows } = await sql`select next_at as "nextAt" from backup_schedules`.execute(deps.db);
      expect({ n, rows }).toEqual({ n, rows: [{ nextAt: new Date(slot.getTime() + HOUR) }] });
      if (!reached) break;
    }
  }, 120_000);

  it('a removal is begun once, and at once', async () => {
    for (let n = 1; ; n++) {
      await sql`delete from snapshots`.execute(deps.db);
      await sql`update backup_schedules set anchor = ${clock.now}, next_at = ${clock.now}`.execute(deps.db);
      await sweepDueWork(snapshots);
      for (const run of await openRuns()) await end(run);
      await sql`update snapshots set expires_at = ${clock.now}`.execute(deps.db);
      const newer = await world.newerBackup(id);
      clock.advance(1);
      const reached = await sweepWithFault(n, fault);
      const runs = await openRuns();
      expect({ n, runs: runs.length }).toEqual({ n, runs: 1 });
      for (const run of runs) await end(run);
      const { rows } = await sql`select status, delete_attempts as attempts from snapshots where id <> ${newer}`.execute(deps.db);
      expect({ n, rows }).toEqual({ n, rows: [{ status: 'DELETED', attempts: 0 }] });
      if (!reached) break;
    }
  }, 120_000);
});
