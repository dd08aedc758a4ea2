/** Requests and ends of runs whose connection to PostgreSQL breaks at any of their queries: there as a whole, or not at all. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openFaultyDatabase } from '../../../../e2e/chaos/query-fault.testing.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { claimRuns } from '../engine/rows/claims.js';
import { Journal } from '../engine/rows/journal.js';
import type { Run } from '../engine/model.js';
import { lockInstances } from '../instances/store.js';
import { endOperation } from '../lifecycle/end-operation.js';
import { modifyInstance } from '../lifecycle/requests/change-instance.js';
import { createInstance } from '../lifecycle/requests/create-instance.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { upgradeInstance } from '../lifecycle/requests/upgrade-instance.js';
import { restoreSnapshot } from './restore.js';
import { backupPlan, openSnapshotWorld } from './snapshots.testing.js';
import { requestSnapshot } from './take-snapshot.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openSnapshotWorld(database);
const { caller } = world;
const plan = await world.offer(backupPlan({ name: 'Faults', policy: { period: 1, retention: 30, final: true } }));
const id = await world.create(plan, { parameters: { password: 'customer-password' } });
await world.reach(id, 'RUNNING');
await world.atRest(id);
const { snapshotId } = await requestSnapshot(world.snapshots, caller, { instanceId: id, origin: 'manual' });
await world.snapshotIs(snapshotId, 'COMPLETE');
await world.atRest(id);
await world.offerNext(plan, backupPlan({ name: 'Faults', policy: { period: 1, retention: 20, final: true } }));
// From here on nothing is carried out.
await world.engine.stop();

const far = await openFaultyDatabase(database);
const deps = { ...world.deps, db: far.db };
const snapshots = { ...world.snapshots, instances: deps };
const { db } = world.deps;
afterAll(async () => {
  await far.close();
  await world.deps.charts.stop();
});

/** Everything has ended, and the instance runs. */
beforeEach(rest);
async function rest(): Promise<void> {
  await sql`update runs set phase = 'Succeeded', finished_at = now(), due_at = null where finished_at is null`.execute(db);
  await sql`update operations set status = 'succeeded', finished_at = now() where finished_at is null`.execute(db);
  await sql`update instances set status = 'RUNNING', deleted_at = null`.execute(db);
  await sql`update snapshots set status = 'FAILED' where status = 'RUNNING'`.execute(db);
}

/** What is there without what belongs to it. */
async function halves(): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`
    select 'instance without an operation: ' || id as what from instances i where not exists (select 1 from operations where instance_id = i.id)
    union all select 'operation without its run: ' || id from operations o
      where status = 'running' and not exists (select 1 from runs where id = o.run_id and finished_at is null)
    union all select 'run without its operation: ' || id from runs r where not exists (select 1 from operations where id = r.data->>'operationId')
    union all select 'run that nobody will look at: ' || id from runs where finished_at is null and due_at is null
    union all select 'status without an operation: ' || id || ' ' || status from instances i
      where status <> 'RUNNING' and not exists (select 1 from operations where instance_id = i.id and finished_at is null)
    union all select 'operation without its status: ' || o.id from operations o join instances i on i.id = o.instance_id
      where o.finished_at is null and o.kind <> 'backup' and i.status = 'RUNNING'
    union all select 'delete that waits for nothing: ' || id from operations o
      where status = 'waiting' and not exists (select 1 from operations where instance_id = o.instance_id and status = 'running')
    union all select 'what a delete waits for is not asked to end: ' || r.id from operations o
      join operations w on w.instance_id = o.instance_id and w.status = 'waiting' join runs r on r.id = o.run_id
      where o.status = 'running' and r.terminate is null
    union all select 'snapshot that nobody takes: ' || id from snapshots s
      where status = 'RUNNING' and not exists (select 1 from operations where instance_id = s.source_instance_id and finished_at is null)
  `.execute(db);
  return rows.map((row) => row.what);
}

const openOperations = async () =>
  (await sql<{ count: number }>`select count(*) as count from operations where finished_at is null`.execute(db)).rows[0]?.count ?? 0;

const password = 'customer-password';
const requests: Record<string, { before?: () => Promise<unknown>; ask: () => Promise<unknown>; operations?: number }> = {
  create: {
    ask: () =>
      createInstance(deps, caller, {
        offered: plan,
        planVersion: '',
        cloudProvider: '',
        region: '',
        networkType: '',
        parameters: { password },
        tags: [],
      }),
  },
  modify: { ask: () => modifyInstance(deps, caller, { instanceId: id, parameters: { size: 2 } }) },
  upgrade: { ask: () => upgradeInstance(deps, caller, { instanceId: id, target: '2.0', parameters: { size: 4 } }) },
  delete: { ask: () => deleteInstance(deps, caller, { instanceId: id }) },
  'delete of what is being changed': {
    before: () => modifyInstance(world.deps, caller, { instanceId: id, parameters: { size: 3 } }),
    ask: () => deleteInstance(deps, caller, { instanceId: id }),
    operations: 2,
  },
  backup: { ask: () => requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' }) },
  restore: { ask: () => restoreSnapshot(snapshots, caller, { snapshotId }) },
};
describe.each(Object.entries(requests))('a %s whose connection breaks', (_, { before, ask, operations = 1 }) => {
  it.each(['not carried out', 'not answered'] as const)(
    'at a query that is %s is there as a whole, or not at all',
    async (fault) => {
      for (let n = 1; ; n++) {
        await rest();
        await before?.();
        const already = await openOperations();
        let accepted = true;
        const reached = await far.failAt(n, fault, () => ask().catch(() => (accepted = false)));
        expect({ n, halves: await halves() }).toEqual({ n, halves: [] });
        const open = await openOperations();
        expect({ n, open }).toEqual({ n, open: accepted || open === operations ? operations : already });
        if (reached) continue;
        expect(accepted).toBe(true);
        break;
      }
    },
    120_000,
  );
});

/** Runs of the operation that goes on, and whether they have ended. */
async function runsOfOpen(): Promise<{ id: string; current: boolean; ended: boolean }[]> {
  const { rows } = await sql<{ id: string; current: boolean; ended: boolean }>`
    select r.id, r.id = o.run_id as current, r.finished_at is not null as ended from operations o
    join runs r on r.data->>'operationId' = o.id where o.finished_at is null order by r.created_at`.execute(db);
  return rows;
}

describe('the end of a run whose connection breaks', () => {
  it.each(['not carried out', 'not answered'] as const)(
    'at a query that is %s begins the next step with it, or has not come',
    async (fault) => {
      for (let n = 1; ; n++) {
        await rest();
        // Its first step is the last backup.
        await deleteInstance(world.deps, caller, { instanceId: id });
        const [first] = await runsOfOpen();
        const runId = first?.id ?? '';
        const [claimed] = await claimRuns(db, 'owner', [runId]);
        const journal = new Journal(far.db, 'owner', {
          lockSubjects: lockInstances,
          onRunEnded: (tx, ended) => endOperation(world.deps, tx, ended),
        });
        const end = () => {
          const set = { phase: 'Succeeded' as const, message: '', code: '', finishedAt: Date.now() };
          const commit = {
            runId,
            fence: claimed?.row.fence ?? 0,
            cellId: claimed?.row.cell_id ?? '',
            set,
            tasks: [],
            stages: [],
            events: [],
          };
          const run = { id: runId, subject: id, data: {}, outputs: {} } as unknown as Run;
          return journal.end({ commit, ended: { run, outcome: 'Succeeded', message: '', code: '' } });
        };
        const reached = await far.failAt(n, fault, () => end().catch(() => undefined));
        expect({ n, halves: await halves() }).toEqual({ n, halves: [] });
        // The engine tries again; what has ended already is not ours any more.
        await end().catch(() => undefined);
        expect({ n, halves: await halves(), runs: await runsOfOpen() }).toEqual({
          n,
          halves: [],
          runs: [
            { id: runId, current: false, ended: true },
            { id: expect.any(String) as string, current: true, ended: false },
          ],
        });
        if (!reached) break;
      }
    },
    120_000,
  );
});
